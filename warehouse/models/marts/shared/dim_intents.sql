with projects as (
    select * from {{ ref('int_work_projects') }}
),

used as (
    select
        project_id,
        intent
    from {{ ref('fct_intents_daily') }}
    union
    select
        project_id,
        intent
    from {{ published(
        'fct_intents_daily', ['project_id', 'intent'], outside=ref('int_work_days')
    ) }} as published_intents
),

technical_intents as (
    select * from {{ ref('technical_intents') }}
),

labelled as (
    select
        used.project_id,
        used.intent,
        replace(used.intent, '_', ' ') as intent_label,
        technical_intents.intent is not null as is_technical_intent
    from used
    inner join projects using (project_id)
    left join technical_intents on lower(used.intent) = technical_intents.intent
)

select
    project_id,
    intent,
    upper(left(intent_label, 1)) || substr(intent_label, 2) as intent_label,
    is_technical_intent
from labelled
