{#- Type of each column of a table by name, in the table's order; empty when there is no such table. -#}
{% macro table_columns(schema, name) %}
    {%- set columns = {} -%}
    {%- for row in run_query(
        "select attname, format_type(atttypid, atttypmod) from pg_attribute"
        " where attrelid = to_regclass('" ~ schema ~ "." ~ name ~ "') and attnum > 0"
        " and not attisdropped order by attnum"
    ).rows -%}
        {%- do columns.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}
