{#- Mark the batches of the work list as published and give each project its next data version. -#}
{% macro record_publication(projects) %}
    {%- set mine = 'any(' ~ project_array(projects) ~ ')' -%}
update raw.batches set published_at = {{ run_now() }}
where batch_id in (select batch_id from build.int_work_batches where project_id = {{ mine }});
insert into app.data_versions (
    project_id, data_version, published_at, data_until, loaded_until, model_hash, code_hash
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
        where
            batch.project_id = project.project_id
            and batch.published_at is not null
            -- a purge or an erasure reads nothing, so it makes nothing fresher
            and batch.endpoint not in ('purge', 'campaign_purge', 'erasure')
    ),
    '{{ model_hash() }}',
    nullif('{{ var("code_hash") or "" }}', '')
from unnest({{ project_array(projects) }}) as project (project_id)
on conflict (project_id) do update set
    data_version = data_versions.data_version + 1,
    published_at = excluded.published_at,
    data_until = excluded.data_until,
    loaded_until = excluded.loaded_until,
    model_hash = excluded.model_hash,
    code_hash = excluded.code_hash,
    held_back_since = null,
    held_back_reason = null
{% endmacro %}
