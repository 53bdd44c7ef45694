-- The entity of each contact's day: the first rule of the project that its evidence hits.
with days as not materialized (
    select * from {{ ref('int_contact_days') }}
),

rules as (
    select * from {{ ref('stg_app__entity_rules') }}
),

evidence as (
    select
        days.project_id,
        days.contact_key,
        days.local_date,
        kinds.rule_kind,
        kinds.match_value
    from days
    cross join
        lateral (
            values
            ('channel_instance', days.channel_instance_id),
            ('agent_domain', days.agent_domain),
            ('agent', days.agent_id),
            ('contact', days.contact_key),
            ('survey_alias', days.entity_spelling)
        ) as kinds (rule_kind, match_value)
    where kinds.match_value is not null
),

hits as (
    select distinct on (evidence.project_id, evidence.contact_key, evidence.local_date)
        evidence.project_id,
        evidence.contact_key,
        evidence.local_date,
        rules.entity,
        rules.rule_kind
    from evidence
    inner join rules using (project_id, rule_kind, match_value)
    order by
        evidence.project_id,
        evidence.contact_key,
        evidence.local_date,
        rules.priority,
        rules.rule_kind
)

select
    project_id,
    contact_key,
    local_date,
    days.channel,
    coalesce(hits.entity, 'Sin entidad') as entity,
    hits.rule_kind as entity_rule
from days
left join hits using (project_id, contact_key, local_date)
