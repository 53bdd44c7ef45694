-- Spellings of an entity in survey answers that no alias knows, most frequent first. Holds nothing back.
{{ config(meta={'on_failure': 'report'}) }}
select
    days.project_id,
    days.entity_spelling,
    count(*) as contact_day_count
from {{ ref('int_contact_days') }} as days
inner join {{ ref('int_projects') }} as projects using (project_id)
left join {{ ref('stg_app__entity_rules') }} as rules
    on
        days.project_id = rules.project_id
        and rules.rule_kind = 'survey_alias'
        and days.entity_spelling = rules.match_value
where
    projects.has_survey_rules
    and days.entity_spelling is not null
    and rules.entity is null
group by 1, 2
