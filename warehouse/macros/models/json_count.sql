{#- A count in a JSON object: null when it is missing, negative or no whole number. Never 0 for what is not there. -#}
{% macro json_count(column, key) -%}
    case
        when {{ column }} ->> '{{ key }}' ~ '^[0-9]{1,15}$'
            then ({{ column }} ->> '{{ key }}')::bigint
    end
{%- endmacro %}
