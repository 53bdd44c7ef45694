{#-
    A full refresh: every mart is built beside the published one, then all are swapped by name in one transaction.
    A transaction that took its snapshot before the new tables were committed would find them empty after the swap
    (a rename is not subject to snapshots), so the swap waits for the readers of that moment. One that has read any
    mart keeps its lock, which the swap waits for too: nobody reads one mart before and another after it.
-#}
{% macro publish_all_days(projects, held) %}
    {%- set statements = ['begin'] -%}
    {%- for mart in mart_models() -%}
        {%- do statements.append(build_beside(mart, projects)) -%}
    {%- endfor -%}
    {%- do statements.append('commit') -%}
    {%- do run_query(statements | join(';\n')) -%}
    {%- do wait_for_older_readers() -%}

    {%- set published = published_tables() -%}
    {%- set swap = ['begin'] -%}
    {%- do swap.append(lock_marts(mart_models() | selectattr('name', 'in', published) | list)) -%}
    {%- for mart in mart_models() -%}
        {%- do swap.append(swap_in(mart)) -%}
    {%- endfor -%}
    {%- do swap.append(record_publication(projects)) -%}
    {%- do swap.append(record_audit(projects, held)) -%}
    {%- do swap.append('commit') -%}
    {%- do run_query(swap | join(';\n')) -%}
{% endmacro %}


{#- The next state of one mart: this run's rows, and the published rows of projects it does not publish. -#}
{% macro build_beside(mart, projects) %}
    {%- set next = 'marts.' ~ mart.name ~ '__next' -%}
    {%- set columns = mart.columns.keys() | join(', ') -%}
    {%- set kept = table_columns('marts', mart.name) -%}
drop table if exists {{ next }};
create table {{ next }} (like build.{{ mart.name }});
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
order by {{ mart.config.meta.unique_key | join(', ') }};
    {%- for index in mart_indexes(mart) %}
create {{ 'unique ' if index.is_unique }}index {{ index.name }}__next on {{ next }} ({{ index.columns | join(', ') }});
    {%- endfor %}
    {%- for statement in row_policies(next) %}
{{ statement }};
    {%- endfor %}
analyze {{ next }}
{% endmacro %}


{#- Drop the published table, give its name to the next one, and let tenants read it. -#}
{% macro swap_in(mart) %}
drop table if exists marts.{{ mart.name }};
alter table marts.{{ mart.name }}__next rename to {{ mart.name }};
    {%- for index in mart_indexes(mart) %}
alter index marts.{{ index.name }}__next rename to {{ index.name }};
    {%- endfor %}
{{ column_grants(mart) | join(';\n') }}
{% endmacro %}


{#- The indexes of a mart: its key, and those its config names. Names are stable over publications. -#}
{% macro mart_indexes(mart) %}
    {%- set indexes = [{
        'name': mart.name ~ '_key', 'columns': mart.config.meta.unique_key, 'is_unique': true
    }] -%}
    {%- for columns in mart.config.meta.get('mart_indexes', []) -%}
        {%- do indexes.append({
            'name': mart.name ~ '_' ~ columns[1:] | join('_'), 'columns': columns, 'is_unique': false
        }) -%}
    {%- endfor -%}
    {{ return(indexes) }}
{% endmacro %}
