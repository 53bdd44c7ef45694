{#- An amount of money in a JSON object: null when it is missing, negative or no number. -#}
{% macro json_amount(column, key) -%}
    case
        when {{ column }} ->> '{{ key }}' ~ '^[0-9]{1,12}([.][0-9]{1,6})?$'
            then ({{ column }} ->> '{{ key }}')::numeric
    end
{%- endmacro %}
