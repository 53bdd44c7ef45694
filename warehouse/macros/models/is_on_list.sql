{#- Whether a value stands on a comma separated list. Lists are texts: dbt's unit tests cannot make up arrays. -#}
{% macro is_on_list(value, list) -%}
    {{ value }} = any(string_to_array({{ list }}, ','))
{%- endmacro %}
