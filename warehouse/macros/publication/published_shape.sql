{#- A row of nulls with the column types a mart's contract states. -#}
{% macro published_shape(model) -%}
    {%- set node = mart_models() | selectattr('name', 'equalto', model) | first if execute else none -%}
    (
        select
        {%- for column in (node.columns.values() if node else []) %}
            null::{{ column.data_type }} as {{ column.name }}{{ ',' if not loop.last }}
        {%- endfor %}
    ) as shape
{%- endmacro %}
