-- The local days a session touches: those of its queued, assigned and closed times and of its messages.
with sessions as (
    select * from {{ ref('int_agent_sessions') }}
    where contact_key is not null
),

projects as (
    select * from {{ ref('int_projects') }}
),

work_days as (
    select * from {{ ref('int_work_days') }}
),

touched as (
    select
        sessions.project_id,
        sessions.agent_session_id,
        {{ local_date(
            'unnest(array[sessions.queued_at, sessions.assigned_at, sessions.closed_at])',
            'projects.timezone'
        ) }} as local_date
    from sessions
    inner join projects using (project_id)
    union
    select
        project_id,
        agent_session_id,
        unnest(string_to_array(message_dates, ','))::date as local_date
    from sessions
)

select
    sessions.project_id,
    sessions.agent_session_id,
    sessions.contact_key,
    touched.local_date,
    sessions.channel,
    sessions.agent_id,
    sessions.agent_domain,
    sessions.starts_at,
    coalesce(sessions.assigned_at, sessions.first_response_at, sessions.starts_at)
        as agent_known_at
from touched
inner join work_days using (project_id, local_date)
inner join sessions using (project_id, agent_session_id)
