{#-
    The next state of one mart: this run's rows, and the published rows of projects it does not publish. Autovacuum is
    kept off it, or it would hold the table just when the swap needs it; `swap_in` lets it in again.
-#}
{% macro build_beside(mart, projects) %}
    {%- set next = 'marts.' ~ mart.name ~ '__next' -%}
    {%- set columns = mart.columns.keys() | join(', ') -%}
    {%- set kept = table_columns('marts', mart.name) -%}
drop table if exists {{ next }};
create table {{ next }} (like build.{{ mart.name }})
with (autovacuum_enabled = false, toast.autovacuum_enabled = false);
insert into {{ next }} ({{ columns }})
select {{ columns }} from build.{{ mart.name }}
where project_id = any({{ project_array(projects) }})
{%- if kept %}
union all
select
    {%- for column in mart.columns.values() %}
    {{ column.name if column.name in kept else 'null' }}::{{ column.data_type }}{{ ',' if not loop.last }}
    {%- endfor %}
from marts.{{ mart.name }}
where project_id <> all({{ project_array(projects) }})
{%- endif %}
order by {{ stored_order(mart) | join(', ') }};
    {%- for index in mart_indexes(mart) %}
create {{ 'unique ' if index.is_unique }}index {{ index.name }}__next on {{ next }} ({{ index.columns | join(', ') }}){{ ' where ' ~ index.where if index.where }};
    {%- endfor %}
    {%- for statement in row_policies(next) %}
{{ statement }};
    {%- endfor %}
analyze {{ next }}
{% endmacro %}
