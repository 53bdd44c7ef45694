{#- The projects as an SQL array. -#}
{% macro project_array(projects) -%}
    array[{{ projects | join(', ') }}]::integer[]
{%- endmacro %}
