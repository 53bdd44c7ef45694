{#-
    Write, audit, publish: the last of the three. Runs after every dbt command and does something only after a
    `dbt build` that built every mart. Readers see the old state or the new one, never a mixture.
-#}
{% macro publish(results) %}
    {%- if not execute or flags.WHICH != 'build' -%}
        {{ return('') }}
    {%- endif -%}
    {%- set built = [] -%}
    {%- for result in results if result.status | string == 'success' -%}
        {%- do built.append(result.node.unique_id) -%}
    {%- endfor -%}
    {%- set missing = mart_models() | rejectattr('unique_id', 'in', built) | map(attribute='name') | list -%}
    {%- if missing -%}
        {%- do log('Nothing is published: not built in this run: ' ~ missing | join(', '), info=true) -%}
        {{ return('') }}
    {%- endif -%}

    {%- set audit = held_back(results) -%}
    {%- set projects = [] -%}
    {%- set held = {} -%}
    {%- for row in run_query('select project_id from build.int_work_projects order by 1').rows -%}
        {%- if audit.everything -%}
            {%- do held.update({row[0] | int: audit.everything}) -%}
        {%- elif row[0] | int in audit.projects -%}
            {%- do held.update({row[0] | int: audit.projects[row[0] | int]}) -%}
        {%- else -%}
            {%- do projects.append(row[0] | int) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set faults = [] if is_full_refresh() else column_faults() -%}
    {%- if faults -%}
        {{ return(raise_in_database('Nothing was published; run dbt build --full-refresh', faults)) }}
    {%- elif is_full_refresh() and projects -%}
        {%- do publish_all_days(projects, held) -%}
    {%- else -%}
        {%- do publish_work_days(projects, held) -%}
    {%- endif -%}
    {%- do log(
        'Published projects: ' ~ (projects | join(', ') or 'none')
        ~ '; held back: ' ~ (held.keys() | join(', ') or 'none'), info=true
    ) -%}
{% endmacro %}


{#- Replace the days of the work list in every fact and the rows of the projects in every dimension. -#}
{% macro publish_work_days(projects, held) %}
    {%- set statements = ['begin'] -%}
    {%- if projects -%}
        {%- for mart in mart_models() -%}
            {%- do add_columns(mart) -%}
            {%- do protect_mart(mart) -%}
        {%- endfor -%}
        {%- for mart in mart_models() -%}
            {%- do statements.append(
                replace_days(mart, projects) if mart.config.meta.get('day_column')
                else replace_differing_rows(mart, projects)
            ) -%}
        {%- endfor -%}
        {%- do statements.append(record_publication(projects)) -%}
    {%- endif -%}
    {%- do statements.append(record_audit(projects, held)) -%}
    {%- do statements.append('commit') -%}
    {%- do run_query(statements | join(';\n')) -%}
{% endmacro %}


{#- One statement list that puts the work list's days of a fact into the published table. -#}
{% macro replace_days(mart, projects) %}
    {%- set columns = mart.columns.keys() | join(', ') -%}
    {%- set day = mart.config.meta.day_column -%}
delete from marts.{{ mart.name }} as published
using build.int_work_days as work
where
    published.project_id = work.project_id
    and published.{{ day }} = work.local_date
    and published.project_id = any({{ project_array(projects) }});
insert into marts.{{ mart.name }} ({{ columns }})
select {{ columns }} from build.{{ mart.name }}
where project_id = any({{ project_array(projects) }})
order by {{ mart.config.meta.unique_key | join(', ') }}
{% endmacro %}


{#- The same for a dimension, all rows of the projects; rows that stay the same are not touched. -#}
{% macro replace_differing_rows(mart, projects) %}
    {%- set columns = mart.columns.keys() | join(', ') -%}
    {%- set mine = 'where project_id = any(' ~ project_array(projects) ~ ')' -%}
delete from marts.{{ mart.name }} as published
using (
    select {{ columns }} from marts.{{ mart.name }} {{ mine }}
    except
    select {{ columns }} from build.{{ mart.name }} {{ mine }}
) as gone
where
    {%- for column in mart.config.meta.unique_key %}
    {{ 'and ' if not loop.first }}published.{{ column }} = gone.{{ column }}
    {%- endfor %};
insert into marts.{{ mart.name }} ({{ columns }})
select {{ columns }} from build.{{ mart.name }} {{ mine }}
except
select {{ columns }} from marts.{{ mart.name }} {{ mine }}
{% endmacro %}


{% macro project_array(projects) -%}
    array[{{ projects | join(', ') }}]::integer[]
{%- endmacro %}
