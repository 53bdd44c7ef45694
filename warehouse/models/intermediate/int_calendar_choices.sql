-- Which calendar counts for an entity on a day: the most specific one valid then.
with projects as (
    select * from {{ ref('int_projects') }}
),

rules as (
    select * from {{ ref('stg_app__entity_rules') }}
),

sessions as (
    select * from {{ ref('int_agent_sessions') }}
),

work_days as (
    select * from {{ ref('int_work_days') }}
),

calendars as (
    select * from {{ ref('entity_calendars') }}
),

days as (
    select * from {{ ref('int_calendar_days') }}
),

moments as (
    -- the days in work, and those their sessions reach
    select
        project_id,
        local_date
    from work_days
    union all
    select
        sessions.project_id,
        {{ local_date(
            'unnest(array[sessions.queued_at, sessions.assigned_at, sessions.first_response_at, sessions.closed_at])',
            'projects.timezone'
        ) }} as local_date
    from sessions
    inner join work_days using (project_id, local_date)
    inner join projects using (project_id)
),

ranges as (
    select
        project_id,
        min(local_date) as first_date,
        max(local_date) as last_date
    from moments
    group by project_id
),

entities as (
    select
        projects.project_id,
        rules.entity
    from projects
    inner join rules using (project_id)
    union
    select
        project_id,
        'Sin entidad' as entity
    from projects
),

periods as (
    select distinct
        project_id,
        entity,
        version,
        valid_from,
        valid_to
    from calendars
)

select distinct on (entities.project_id, entities.entity, days.local_date)
    entities.project_id,
    entities.entity,
    days.local_date,
    periods.project_id as calendar_project_id,
    periods.entity as calendar_entity,
    periods.version
from entities
inner join ranges using (project_id)
inner join days
    on
        ranges.first_date <= days.local_date
        and ranges.last_date >= days.local_date
inner join periods
    on
        entities.project_id = coalesce(periods.project_id, entities.project_id)
        and entities.entity = coalesce(periods.entity, entities.entity)
        and days.local_date >= periods.valid_from
        and days.local_date <= coalesce(periods.valid_to, 'infinity')
order by
    entities.project_id,
    entities.entity,
    days.local_date,
    periods.entity is null,
    periods.project_id is null,
    periods.version
