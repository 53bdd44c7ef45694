-- The work list: the local days every fact computes again, whole. A touched day reaches further than itself:
--   the day before looks 24 hours ahead for a new conversation (effective containment);
--   the eight days after look back seven days for the previous one, and one for sessions without a close;
--   the days of a touched session take its agent and its hold on the contact;
--   later days of a contact take the entity of a survey answer that came late.
with touched as (
    select
        days.*,
        projects.last_date,
        days.is_source and not projects.needs_all_days as spreads
    from {{ ref('int_touched_days') }} as days
    inner join {{ ref('int_projects') }} as projects using (project_id)
),

projects as (
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

neighbours as (
    select
        project_id,
        generate_series(
            local_date - 1, least(local_date + 8, last_date), interval '1 day'
        )::date as local_date
    from touched
    where spreads
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
            and messages.sent_at >= sessions.starts_at
            and messages.sent_at <= sessions.ends_at
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
            and messages.sent_at >= answers.answered_at
    union all
    select
        answers.project_id,
        unnest(array[
            listed.queued_at, listed.assigned_at, listed.closed_at
        ])
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

select
    project_id,
    local_date
from touched
union
select
    project_id,
    local_date
from neighbours
union
select
    moments.project_id,
    {{ local_date('moments.sent_at', 'projects.timezone') }}
from moments
inner join projects using (project_id)
where moments.sent_at is not null
