-- What was known about a contact by the end of a local day: the evidence for its entity, and its main channel.
with messages as (
    select * from {{ ref('int_messages_with_direction') }}
    where contact_key is not null
),

session_days as not materialized (
    select * from {{ ref('int_agent_session_days') }}
),

contacts as (
    select * from {{ ref('stg_indigitall__contacts') }}
    where unlisted_at is null
),

seen as (
    -- the channel of the first counted message, else of the first message, else of a session without any
    select
        project_id,
        contact_key,
        local_date,
        channel,
        case when direction in ('inbound', 'bot', 'agent') then 1 else 2 end as rank,
        sent_at as seen_at,
        message_id as seen_id
    from messages
    union all
    select
        project_id,
        contact_key,
        local_date,
        channel,
        3 as rank,
        starts_at as seen_at,
        agent_session_id as seen_id
    from session_days
),

days as (
    select distinct on (seen.project_id, seen.contact_key, seen.local_date)
        seen.project_id,
        seen.contact_key,
        seen.local_date,
        seen.channel,
        (seen.local_date + 1)::timestamp at time zone projects.timezone as ends_at
    from seen
    inner join {{ ref('int_projects') }} as projects using (project_id)
    order by
        seen.project_id,
        seen.contact_key,
        seen.local_date,
        seen.rank,
        seen.seen_at,
        seen.seen_id
),

first_sessions as (
    -- the day's first session whose agent was known by its end
    select distinct on (
        session_days.project_id, session_days.contact_key, session_days.local_date
    ) session_days.*
    from session_days
    inner join days using (project_id, contact_key, local_date)
    where
        session_days.agent_id is not null
        and session_days.agent_known_at < days.ends_at
    order by
        session_days.project_id,
        session_days.contact_key,
        session_days.local_date,
        session_days.starts_at,
        session_days.agent_session_id
),

answers as (
    select
        answers.project_id,
        answers.contact_key,
        answers.entity_spelling,
        answers.answered_at,
        lead(answers.answered_at, 1, 'infinity') over (
            partition by answers.project_id, answers.contact_key
            order by answers.answered_at, answers.message_id
        ) as next_answered_at
    from (select distinct
        project_id,
        contact_key
    from days) as in_work
    inner join lateral (
        select * from {{ ref('stg_indigitall__survey_answers') }} as named
        where
            named.project_id = in_work.project_id
            and named.contact_key = in_work.contact_key
        {{ by_index() }}
    ) as answers on true
    inner join {{ ref('int_projects') }} as projects
        on in_work.project_id = projects.project_id
    where projects.has_survey_rules
)

select
    days.project_id,
    days.contact_key,
    days.local_date,
    days.channel,
    contacts.channel_instance_id,
    first_sessions.agent_id,
    first_sessions.agent_domain,
    answers.entity_spelling
from days
left join first_sessions using (project_id, contact_key, local_date)
left join contacts using (project_id, contact_key)
-- the latest answer up to the end of the day, whatever it says
left join answers
    on
        days.project_id = answers.project_id
        and days.contact_key = answers.contact_key
        and days.ends_at > answers.answered_at
        and days.ends_at <= answers.next_answered_at
