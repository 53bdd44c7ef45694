{{ config(materialized='build_view', unlogged=none) }}
-- What facts are built with besides messages, per project. A view: flows.transform asks it whether a build is due.
with projects as (
    select * from {{ ref('stg_app__projects') }}
),

entity_rules as (
    select
        project_id,
        bool_or(rule_kind = 'channel_instance') as has_instance_rules,
        bool_or(rule_kind = 'survey_alias') as has_survey_rules,
        string_agg(
            concat_ws('|', priority, rule_kind, match_value, entity),
            e'\n' order by priority, rule_kind, match_value
        ) as rules_text
    from {{ ref('stg_app__entity_rules') }}
    group by 1
),

calendars as (
    select
        projects.project_id,
        string_agg(
            concat_ws(
                '|', calendars.project_id is null, calendars.entity is null, calendars.entity,
                calendars.local_weekday, calendars.opens_at, calendars.closes_at, calendars.valid_from,
                coalesce(calendars.valid_to, 'infinity'), calendars.version
            ),
            e'\n' order by
                calendars.project_id, calendars.entity, calendars.version, calendars.local_weekday,
                calendars.opens_at, calendars.valid_from
        ) as calendars_text
    from projects
    inner join {{ ref('entity_calendars') }} as calendars
        on projects.project_id = coalesce(calendars.project_id, projects.project_id)
    group by 1
),

holidays as (
    select string_agg(holiday_date || ' ' || name_es, ',' order by holiday_date) as holidays_text
    from {{ ref('holidays') }}
),

survey_maps as (
    select string_agg(row_text, e'\n' order by row_text) as survey_maps_text
    from (
        select concat_ws('|', question, measure, version, valid_from) as row_text
        from {{ ref('survey_questions') }}
        union all
        select concat_ws('|', measure, answer, score, version, valid_from) as row_text
        from {{ ref('survey_scores') }}
    ) as maps
)

select
    projects.project_id,
    coalesce(entity_rules.has_instance_rules, false) as has_instance_rules,
    coalesce(entity_rules.has_survey_rules, false) as has_survey_rules,
    md5(concat_ws(
        e'\n',
        projects.timezone,
        projects.agent_mail_domains,
        projects.agent_ids,
        projects.high_frequency_limit,
        entity_rules.rules_text,
        calendars.calendars_text,
        holidays.holidays_text,
        survey_maps.survey_maps_text
    )) as configuration_hash
from projects
cross join holidays
cross join survey_maps
left join entity_rules using (project_id)
left join calendars using (project_id)
