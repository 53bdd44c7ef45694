-- The questions and answers of the surveys in the work list: the source makes the question's text the key.
with responses as (
    select
        project_id,
        message_id,
        -- the object under flowResponse, with what it holds one level deeper
        substring(
            body
            from '"flowResponse"\s*:\s*(\{(?:[^{}"]|"(?:[^"\\]|\\.)*"|\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\})*\})'
        ) as response
    from {{ ref('fct_messages') }}
    where
        direction = 'inbound'
        and content_type = 'event'
        and body like '%flowResponse%'
),

pairs as (
    select
        responses.project_id,
        responses.message_id,
        pair.place,
        (pair.texts[1])::jsonb #>> '{}' as pair_key,
        (pair.texts[2])::jsonb #>> '{}' as pair_value
    from responses
    cross join
        lateral {{ json_pairs('responses.response') }}
        with ordinality as pair (texts, place)
),

flows as (
    select
        project_id,
        message_id,
        min(pair_value) as flow_id
    from pairs
    where pair_key = 'flowId'
    group by 1, 2
),

answers as (
    -- a question asked twice counts once, by its first answer
    select distinct on (project_id, message_id, {{ survey_text('pair_key') }})
        project_id,
        message_id,
        {{ survey_text('pair_key') }} as question,
        pair_value as answer_raw,
        {{ survey_text('pair_value') }} as answer,
        place
    from pairs
    where pair_key not in ('type', 'entity', 'flowId', 'flowMessageId', 'flowToken')
    order by project_id, message_id, {{ survey_text('pair_key') }}, place
)

select
    answers.project_id,
    answers.message_id,
    answers.question,
    answers.answer_raw,
    answers.answer,
    flows.flow_id,
    answers.place = min(answers.place) over (
        partition by answers.project_id, answers.message_id
    ) as is_first_answer
from answers
left join flows using (project_id, message_id)
