-- What was known about a contact by the end of a local day: the evidence for its entity, and its main channel.
with messages as (
    select * from {{ ref('int_messages_with_direction') }}
    where contact_key is not null
),

session_days as (
    select * from {{ ref('int_agent_session_days') }}
),

projects as (
    select * from {{ ref('int_projects') }}
),

contacts as (
    select * from {{ ref('stg_indigitall__contacts') }}
),

first_messages as (
    select distinct on (project_id, contact_key, local_date)
        project_id,
        contact_key,
        local_date,
        channel
    from messages
    order by
        project_id,
        contact_key,
        local_date,
        direction in ('inbound', 'bot', 'agent') desc,
        sent_at,
        message_id
),

days as (
    select
        project_id,
        contact_key,
        local_date,
        (local_date + 1)::timestamp at time zone projects.timezone as ends_at
    from (
        select
            project_id,
            contact_key,
            local_date
        from first_messages
        union
        select
            project_id,
            contact_key,
            local_date
        from session_days
    ) as seen
    inner join projects using (project_id)
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

session_channels as (
    select
        project_id,
        contact_key,
        local_date,
        min(channel) as channel
    from session_days
    group by 1, 2, 3
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
    inner join {{ ref('stg_indigitall__survey_answers') }} as answers
        using (project_id, contact_key)
    inner join projects using (project_id)
    where projects.has_survey_rules
)

select
    days.project_id,
    days.contact_key,
    days.local_date,
    coalesce(first_messages.channel, session_channels.channel) as channel,
    contacts.channel_instance_id,
    first_sessions.agent_id,
    first_sessions.agent_domain,
    answers.entity_spelling
from days
left join first_messages using (project_id, contact_key, local_date)
left join first_sessions using (project_id, contact_key, local_date)
left join session_channels using (project_id, contact_key, local_date)
left join contacts using (project_id, contact_key)
-- the latest answer up to the end of the day, whatever it says
left join answers
    on
        days.project_id = answers.project_id
        and days.contact_key = answers.contact_key
        and answers.answered_at < days.ends_at
        and answers.next_answered_at >= days.ends_at
