{#- Mark the batches of the work list as published and give each project its next data version. -#}
{% macro record_publication(projects) %}
    {%- set mine = 'any(' ~ project_array(projects) ~ ')' -%}
update raw.batches set published_at = {{ run_now() }}
where batch_id in (select batch_id from build.int_work_batches where project_id = {{ mine }});
insert into app.data_versions (
    project_id, data_version, published_at, data_until, loaded_until, model_hash
)
select
    project.project_id,
    1,
    {{ run_now() }},
    (
        select max(message.sent_at) from marts.fct_messages as message
        where
            message.project_id = project.project_id
            and message.local_date = (
                select max(latest.local_date) from marts.fct_messages as latest
                where latest.project_id = project.project_id
            )
    ),
    (
        select max(batch.committed_at) from raw.batches as batch
        where batch.project_id = project.project_id and batch.published_at is not null
    ),
    '{{ model_hash() }}'
from unnest({{ project_array(projects) }}) as project (project_id)
on conflict (project_id) do update set
    data_version = data_versions.data_version + 1,
    published_at = excluded.published_at,
    data_until = excluded.data_until,
    loaded_until = excluded.loaded_until,
    model_hash = excluded.model_hash,
    held_back_since = null,
    held_back_reason = null
{% endmacro %}


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


{#- Which code built the data: the hash the caller passes, else one over the models of this project. -#}
{% macro model_hash() %}
    {%- if var('model_hash') -%}
        {{ return(var('model_hash')) }}
    {%- endif -%}
    {%- set checksums = [] -%}
    {%- for node in graph.nodes.values() | sort(attribute='unique_id') if node.resource_type == 'model' -%}
        {%- do checksums.append(node.checksum.checksum) -%}
    {%- endfor -%}
    {{ return(local_md5(checksums | join(' '))) }}
{% endmacro %}
