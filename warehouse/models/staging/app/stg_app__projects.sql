with projects as (
    select * from {{ source('app', 'projects') }}
),

rules as (
    select
        project_id,
        bool_or(rule_kind = 'channel_instance') as has_instance_rules,
        bool_or(rule_kind = 'survey_alias') as has_survey_rules,
        string_agg(
            concat_ws('|', priority, rule_kind, match_value, entity),
            e'\n' order by priority, rule_kind, match_value
        ) as rules_text
    from {{ source('app', 'entity_rules') }}
    group by 1
)

select
    projects.project_id,
    projects.slug as project_slug,
    projects.name as project_name,
    projects.timezone,
    array_to_string(projects.agent_mail_domains, ',') as agent_mail_domains,
    array_to_string(projects.agent_ids, ',') as agent_ids,
    coalesce(rules.has_instance_rules, false) as has_instance_rules,
    coalesce(rules.has_survey_rules, false) as has_survey_rules,
    -- what facts are built with besides messages: when it changes, the project's history does
    md5(concat_ws(
        e'\n',
        projects.timezone,
        array_to_string(projects.agent_mail_domains, ','),
        array_to_string(projects.agent_ids, ','),
        rules.rules_text
    )) as configuration_hash
from projects
left join rules using (project_id)
