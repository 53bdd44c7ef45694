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
    select * from {{ ref('stg_indigitall__agent_sessions') }}
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
    inner join lateral (
        select * from messages
        where
            messages.project_id = days.project_id
            and messages.sent_at >= days.starts_at
            and messages.sent_at < days.ends_at
        {{ by_index() }}
    ) as messages on true
    where messages.agent_session_id is not null
),

seen as (
    select
        sessions.project_id,
        sessions.agent_session_id,
        sessions.contact_key,
        sessions.queued_at,
        sessions.assigned_at,
        sessions.closed_at
    from days
    inner join lateral (
        select * from current_sessions
        where
            current_sessions.project_id = days.project_id
            and current_sessions.begins_at < days.ends_at
            and current_sessions.ends_at >= days.starts_at
        {{ by_index() }}
    ) as sessions on true
    where
        days.local_date in (
            {{ local_date('sessions.queued_at', 'days.timezone') }},
            {{ local_date('sessions.assigned_at', 'days.timezone') }},
            {{ local_date('sessions.closed_at', 'days.timezone') }}
        )
    union all
    select
        sessions.project_id,
        sessions.agent_session_id,
        sessions.contact_key,
        sessions.queued_at,
        sessions.assigned_at,
        sessions.closed_at
    from days
    inner join published_sessions as sessions
        on
            days.project_id = sessions.project_id
            and (
                (
                    days.starts_at <= sessions.queued_at
                    and days.ends_at > sessions.queued_at
                )
                or (
                    days.starts_at <= sessions.assigned_at
                    and days.ends_at > sessions.assigned_at
                )
                or (
                    days.starts_at <= sessions.closed_at
                    and days.ends_at > sessions.closed_at
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
