-- Survey answers on days whose rows changed: they may name the entity of all later days of their contact.
with touched as (
    select
        days.project_id,
        days.local_date,
        days.local_date::timestamp at time zone projects.timezone as starts_at,
        (days.local_date + 1)::timestamp at time zone projects.timezone as ends_at
    from {{ ref('int_touched_days') }} as days
    inner join {{ ref('int_projects') }} as projects using (project_id)
    where
        days.is_source
        and projects.has_survey_rules
        and not projects.needs_all_days
),

answers as (
    select * from {{ ref('stg_indigitall__survey_answers') }}
),

published_messages as (
    select * from {{ published('fct_messages', [
        'project_id', 'contact_key', 'local_date', 'sent_at', 'content_type'
    ]) }} as fct_messages
)

select
    answers.project_id,
    answers.contact_key,
    answers.answered_at
from touched
inner join answers
    on
        touched.project_id = answers.project_id
        and touched.starts_at <= answers.answered_at
        and touched.ends_at > answers.answered_at
        and answers.contact_key is not null
union
-- as published: an answer that has moved or gone no longer names the entity of the days after it
select
    events.project_id,
    events.contact_key,
    events.sent_at
from touched
inner join published_messages as events using (project_id, local_date)
where
    events.content_type = 'event'
    and events.contact_key is not null
