{#-
    The end of a lateral subquery that looks its rows up for each row before it. PostgreSQL cannot foresee how few days
    a run computes and would rather read the whole table: in an increment this keeps it to the index. A full refresh
    needs the whole table, and so does a unit test, in which dbt shows no graph.
-#}
{% macro by_index() -%}
    {{ 'offset 0' if graph.nodes is defined and not is_full_refresh() }}
{%- endmacro %}
