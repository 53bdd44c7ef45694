{#- The calendar day of an instant in a time zone. -#}
{% macro local_date(instant, timezone) -%}
    ({{ instant }} at time zone {{ timezone }})::date
{%- endmacro %}
