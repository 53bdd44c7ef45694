with answers as (
    select * from {{ ref('int_survey_answers') }}
),

messages as (
    select * from {{ ref('fct_messages') }}
),

questions as (
    select * from {{ ref('survey_questions') }}
),

scores as (
    select * from {{ ref('survey_scores') }}
),

session_days as (
    select * from {{ ref('int_agent_session_days') }}
),

dated as (
    select
        answers.*,
        messages.contact_key,
        messages.sent_at as answered_at,
        messages.local_date,
        messages.local_hour,
        messages.local_weekday,
        messages.entity,
        messages.channel
    from answers
    inner join messages using (project_id, message_id)
),

last_sessions as (
    -- whom the survey is about: the agent of the day's last session begun before the answer
    select distinct on (dated.project_id, dated.message_id)
        dated.project_id,
        dated.message_id,
        session_days.agent_id
    from dated
    inner join session_days using (project_id, contact_key, local_date)
    where
        session_days.agent_id is not null
        and session_days.starts_at <= dated.answered_at
    order by
        dated.project_id asc,
        dated.message_id asc,
        session_days.starts_at desc,
        session_days.agent_session_id desc
),

meanings as (
    -- what the text meant on the day of the answer
    select distinct on (dated.project_id, dated.message_id, dated.question)
        dated.project_id,
        dated.message_id,
        dated.question,
        questions.measure,
        questions.version
    from dated
    inner join questions
        on
            dated.question = questions.question
            and dated.local_date >= questions.valid_from
    order by
        dated.project_id asc,
        dated.message_id asc,
        dated.question asc,
        questions.valid_from desc
),

worths as (
    select distinct on (dated.project_id, dated.message_id, dated.question)
        dated.project_id,
        dated.message_id,
        dated.question,
        scores.score
    from dated
    inner join meanings using (project_id, message_id, question)
    inner join scores
        on
            meanings.measure = scores.measure
            and dated.answer = scores.answer
            and dated.local_date >= scores.valid_from
    order by
        dated.project_id asc,
        dated.message_id asc,
        dated.question asc,
        scores.valid_from desc
)

select
    project_id,
    message_id,
    question,
    dated.contact_key,
    dated.answered_at,
    dated.local_date,
    dated.local_hour,
    dated.local_weekday,
    dated.entity,
    dated.channel,
    last_sessions.agent_id,
    dated.flow_id,
    dated.answer_raw,
    dated.is_first_answer,
    meanings.measure,
    meanings.version as map_version,
    worths.score,
    case when meanings.measure = 'satisfaction' then worths.score >= 4 end
        as is_satisfied,
    -- the source does not mark a survey as sent
    null::bigint as sent_count
from dated
left join last_sessions using (project_id, message_id)
left join meanings using (project_id, message_id, question)
left join worths using (project_id, message_id, question)
