{#-
    The end of a lateral subquery that looks its rows up for each row before it. PostgreSQL cannot foresee how few days
    a run computes and would rather read the whole table: in an increment this keeps it to the index. A full refresh
    needs the whole table.
-#}
{% macro by_index() -%}
    {{ '' if is_full_refresh() else 'offset 0' }}
{%- endmacro %}
