{#- Statements that put the work list's days of a fact into the published table. -#}
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
order by {{ stored_order(mart) | join(', ') }}
{% endmacro %}
