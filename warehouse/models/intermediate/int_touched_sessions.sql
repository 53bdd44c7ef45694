-- Agent sessions with a time or a message on a touched day, as they are now and as they were published: a session
-- that grew, shrank or changed hands changes the days it spans, not only those that hold its times.
with days as (
    select
        touched.project_id,
        touched.local_date,
        projects.timezone,
        touched.local_date::timestamp at time zone projects.timezone as starts_at,
        (touched.local_date + 1)::timestamp at time zone projects.timezone as ends_at
    from {{ ref('int_touched_days') }} as touched
    inner join {{ ref('int_projects') }} as projects using (project_id)
    where touched.is_source and not projects.needs_all_days
),

messages as (
    select * from {{ ref('stg_indigitall__messages') }}
),

current_sessions as (
    select
        sessions.project_id,
        sessions.agent_session_id,
        sessions.contact_key,
        sessions.queued_at,
        sessions.assigned_at,
        sessions.closed_at
    from {{ ref('int_agent_sessions_listed') }} as sessions
),

published_sessions as (
    select * from {{ published('fct_agent_sessions', [
        'project_id', 'agent_session_id', 'contact_key', 'queued_at', 'assigned_at',
        'closed_at'
    ]) }} as fct_agent_sessions
),

message_sessions as (
    select
        messages.project_id,
        messages.agent_session_id,
        messages.contact_key,
        messages.queued_at,
        messages.assigned_at,
        messages.closed_at
    from days
    inner join messages
        on
            days.project_id = messages.project_id
            and days.starts_at <= messages.sent_at
            and days.ends_at > messages.sent_at
    where messages.agent_session_id is not null
),

listed as (
    select * from current_sessions
    union all
    select * from published_sessions
),

seen as (
    select listed.*
    from listed
    where
        exists (
            select 1
            from days
            where
                days.project_id = listed.project_id
                and days.local_date in (
                    {{ local_date('listed.queued_at', 'days.timezone') }},
                    {{ local_date('listed.assigned_at', 'days.timezone') }},
                    {{ local_date('listed.closed_at', 'days.timezone') }}
                )
        )
    union all
    select * from message_sessions
)

select
    project_id,
    agent_session_id,
    contact_key,
    min(least(queued_at, assigned_at, closed_at)) as starts_at,
    max(greatest(queued_at, assigned_at, closed_at)) as ends_at
from seen
group by 1, 2, 3
