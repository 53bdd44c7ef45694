{#- A yes or no in a JSON object: null when it is missing or anything else. -#}
{% macro json_boolean(column, key) -%}
    case {{ column }} ->> '{{ key }}'
        when 'true' then true
        when 'false' then false
    end
{%- endmacro %}
