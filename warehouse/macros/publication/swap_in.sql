{#- Drop the published table, give its name to the next one, and let tenants read it. -#}
{% macro swap_in(mart) %}
drop table if exists marts.{{ mart.name }};
alter table marts.{{ mart.name }}__next rename to {{ mart.name }};
alter table marts.{{ mart.name }} reset (autovacuum_enabled, toast.autovacuum_enabled);
    {%- for index in mart_indexes(mart) %}
alter index marts.{{ index.name }}__next rename to {{ index.name }};
    {%- endfor %}
{{ column_grants(mart) | join(';\n') }}
{% endmacro %}
