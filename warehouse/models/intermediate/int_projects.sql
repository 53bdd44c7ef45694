-- The projects of this run, with what decides how much of them is computed.
with projects as (
    select * from {{ ref('stg_app__projects') }}
    where {{ project_filter() }}
),

configurations as (
    select * from {{ ref('int_project_configurations') }}
),

messages as not materialized (
    select * from {{ ref('stg_indigitall__messages') }}
),

agent_sessions as (
    select * from {{ ref('stg_indigitall__agent_sessions') }}
),

published as (
    select *
    from {{ published('dim_projects', ['project_id', 'configuration_hash']) }}
        as dim_projects
),

message_range as (
    -- one look at each end of the index per project, never a scan
    select
        projects.project_id,
        (
            select min(messages.sent_at) from messages
            where messages.project_id = projects.project_id
        ) as first_at,
        (
            select max(messages.sent_at) from messages
            where messages.project_id = projects.project_id
        ) as last_at
    from projects
),

described as (
    select
        projects.*,
        configurations.has_instance_rules,
        configurations.has_survey_rules,
        configurations.configuration_hash,
        {{ local_date('message_range.first_at', 'projects.timezone') }}
            as first_message_date,
        {{ local_date('message_range.last_at', 'projects.timezone') }}
            as last_message_date
    from projects
    inner join message_range using (project_id)
    inner join configurations using (project_id)
),

compared as (
    -- a changed rule, roster, time zone, limit, calendar or holiday rewrites the project's history
    select
        described.*,
        coalesce(
            described.configuration_hash <> published.configuration_hash, true
        ) as needs_all_days
    from described
    left join published using (project_id)
)

select
    compared.*,
    -- sessions are looked through only where their days count; the month around is for those known by messages only
    least(
        compared.first_message_date - 31,
        {{ local_date('session_range.first_at', 'compared.timezone') }}
    ) as first_date,
    greatest(
        compared.last_message_date + 31,
        {{ local_date('session_range.last_at', 'compared.timezone') }}
    ) as last_date
from compared
left join lateral (
    select
        min(begins_at) as first_at,
        max(greatest(queued_at, assigned_at, closed_at)) as last_at
    from agent_sessions
    where
        compared.needs_all_days
        and agent_sessions.project_id = compared.project_id
) as session_range on true
