-- For who waits in a queue that nobody has taken: when the contact has been silent for 24 hours. A pure function of
-- the messages, so it may lie ahead; the first such silence counts, whatever the contact writes later.
with sessions as (
    select * from {{ ref('int_agent_sessions') }}
),

work_days as (
    select * from {{ ref('int_work_days') }}
),

messages as (
    select * from {{ ref('stg_indigitall__messages') }}
),

waiting as (
    select
        sessions.project_id,
        sessions.agent_session_id,
        sessions.contact_key,
        sessions.queued_at
    from sessions
    inner join work_days using (project_id, local_date)
    where
        sessions.queued_at is not null
        and sessions.assigned_at is null
        and sessions.first_response_at is null
        and sessions.closed_at is null
),

written as (
    -- one look into the index of raw messages per session: from the last word before the queue on
    select
        waiting.project_id,
        waiting.agent_session_id,
        waiting.queued_at,
        said.sent_at
    from waiting
    cross join lateral (
        select messages.sent_at from messages
        where
            messages.project_id = waiting.project_id
            and messages.contact_key = waiting.contact_key
            and messages.sent_at >= waiting.queued_at - interval '24 hours'
            and messages.send_type = 'input'
    ) as said
),

spoken as (
    select
        project_id,
        agent_session_id,
        sent_at
    from written
    union all
    -- queued without a word of the day before: the queue itself is the last sign
    select
        waiting.project_id,
        waiting.agent_session_id,
        waiting.queued_at as sent_at
    from waiting
    where
        not exists (
            select 1
            from written
            where
                written.project_id = waiting.project_id
                and written.agent_session_id = waiting.agent_session_id
                and written.sent_at <= waiting.queued_at
        )
),

followed as (
    select
        *,
        lead(sent_at) over (
            partition by project_id, agent_session_id order by sent_at
        ) as next_sent_at
    from spoken
)

select
    project_id,
    agent_session_id,
    min(sent_at) + interval '24 hours' as silent_at
from followed
where
    next_sent_at is null
    or next_sent_at >= sent_at + interval '24 hours'
group by 1, 2
