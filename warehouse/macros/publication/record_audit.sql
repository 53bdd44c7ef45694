{#- Say of each project of this run whether it was published, and why not; a served version says so too. -#}
{% macro record_audit(projects, held) %}
drop table if exists build.last_publication;
create table build.last_publication (
    invocation_id text not null, project_id integer not null, is_published boolean not null, reason text
);
    {%- for project_id in projects %}
insert into build.last_publication values ('{{ invocation_id }}', {{ project_id }}, true, null);
    {%- endfor %}
    {%- for project_id, reasons in held.items() %}
    {%- set reason = reasons | join(', ') | replace("'", "''") %}
insert into build.last_publication values ('{{ invocation_id }}', {{ project_id }}, false, '{{ reason }}');
update app.data_versions set
    held_back_since = coalesce(held_back_since, {{ run_now() }}), held_back_reason = '{{ reason }}'
where project_id = {{ project_id }};
    {%- endfor %}
select 1
{% endmacro %}
