{#- Statements that put the days of a fact's work list (meta work_list) into the published table. -#}
{% macro replace_days(mart, projects) %}
    {%- set columns = mart.columns.keys() | join(', ') -%}
    {%- set day = mart.config.meta.day_column -%}
delete from marts.{{ mart.name }} as published
using build.{{ mart.config.meta.get('work_list', 'int_work_days') }} as work
where
    published.project_id = work.project_id
    and published.{{ day }} = work.local_date
    and published.project_id = any({{ project_array(projects) }});
insert into marts.{{ mart.name }} ({{ columns }})
select {{ columns }} from build.{{ mart.name }}
where project_id = any({{ project_array(projects) }})
order by {{ stored_order(mart) | join(', ') }}
{% endmacro %}
