-- Days that a touched session or a late survey answer reaches: those with rows of the session or of its contact
-- while it lasted, and those of the contact after its answer.
with projects as (
    select * from {{ ref('int_projects') }}
),

messages as not materialized (
    select * from {{ ref('stg_indigitall__messages') }}
),

sessions as (
    select * from {{ ref('int_touched_sessions') }}
),

listed_sessions as (
    select * from {{ ref('stg_indigitall__agent_sessions') }}
),

answers as (
    select * from {{ ref('int_touched_answers') }}
),

session_moments as (
    -- a session without close holds its contact for 24 hours after a message
    select
        sessions.project_id,
        unnest(
            array[messages.sent_at, messages.sent_at + interval '24 hours']
        ) as sent_at
    from sessions
    inner join lateral (
        select * from messages
        where
            messages.project_id = sessions.project_id
            and messages.agent_session_id = sessions.agent_session_id
        {{ by_index() }}
    ) as messages on true
    union all
    select
        sessions.project_id,
        messages.sent_at
    from sessions
    inner join lateral (
        select * from messages
        where
            messages.project_id = sessions.project_id
            and messages.contact_key = sessions.contact_key
            and messages.sent_at >= sessions.starts_at
            and messages.sent_at <= sessions.ends_at
        {{ by_index() }}
    ) as messages on true
    union all
    select
        project_id,
        starts_at
    from sessions
    union all
    select
        project_id,
        ends_at
    from sessions
),

answer_moments as (
    select
        answers.project_id,
        messages.sent_at
    from answers
    inner join lateral (
        select * from messages
        where
            messages.project_id = answers.project_id
            and messages.contact_key = answers.contact_key
            and messages.sent_at >= answers.answered_at
        {{ by_index() }}
    ) as messages on true
    union all
    select
        answers.project_id,
        unnest(array[
            listed.queued_at, listed.assigned_at, listed.closed_at
        ]) as sent_at
    from answers
    inner join lateral (
        select * from listed_sessions
        where
            listed_sessions.project_id = answers.project_id
            and listed_sessions.contact_key = answers.contact_key
            and listed_sessions.ends_at >= answers.answered_at
        {{ by_index() }}
    ) as listed on true
),

moments as (
    select
        project_id,
        sent_at
    from session_moments
    union all
    select
        project_id,
        sent_at
    from answer_moments
)

select distinct
    moments.project_id,
    {{ local_date('moments.sent_at', 'projects.timezone') }} as local_date
from moments
inner join projects using (project_id)
where moments.sent_at is not null
