{#- Names of the tables that stand in schema marts; asked of the catalogue, never of dbt's cache. -#}
{% macro published_tables() %}
    {%- set found = run_query("select tablename from pg_tables where schemaname = 'marts'") -%}
    {{ return(found.columns[0].values() | list) }}
{% endmacro %}
