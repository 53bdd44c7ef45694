-- Days that a touched session or a late survey answer reaches: those with rows of the session or of its contact
-- while it lasted, and those of the contact after its answer.
with projects as (
    select * from {{ ref('int_projects') }}
),

messages as (
    select * from {{ ref('stg_indigitall__messages') }}
),

sessions as (
    select * from {{ ref('int_touched_sessions') }}
),

listed_sessions as (
    select * from {{ ref('int_agent_sessions_listed') }}
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
    inner join messages using (project_id, agent_session_id)
    union all
    select
        sessions.project_id,
        messages.sent_at
    from sessions
    inner join messages
        on
            sessions.project_id = messages.project_id
            and sessions.contact_key = messages.contact_key
            and sessions.starts_at <= messages.sent_at
            and sessions.ends_at >= messages.sent_at
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
    inner join messages
        on
            answers.project_id = messages.project_id
            and answers.contact_key = messages.contact_key
            and answers.answered_at <= messages.sent_at
    union all
    select
        answers.project_id,
        unnest(array[
            listed.queued_at, listed.assigned_at, listed.closed_at
        ]) as sent_at
    from answers
    inner join listed_sessions as listed
        on
            answers.project_id = listed.project_id
            and answers.contact_key = listed.contact_key
            and greatest(listed.queued_at, listed.assigned_at, listed.closed_at)
            >= answers.answered_at
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
