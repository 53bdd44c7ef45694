-- Intents the project has never had before: kept under their own name, and perhaps one that the seed of technical
-- intents should know. Silent while a project publishes for the first time. Holds nothing back.
{{ config(meta={'on_failure': 'report'}) }}
with known as (
    select
        project_id,
        intent
    from {{ published('dim_intents', ['project_id', 'intent']) }} as dim_intents
),

intents as (
    select
        project_id,
        intent,
        sum(message_count) as message_count
    from {{ ref('fct_intents_daily') }}
    group by 1, 2
)

select intents.*
from intents
left join known using (project_id, intent)
where
    known.intent is null
    and exists (
        select 1
        from known as published_intents
        where published_intents.project_id = intents.project_id
    )
