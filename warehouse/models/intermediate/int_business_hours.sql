-- When an entity is open on a day, and for how long it was open before in this run's range: the open seconds between
-- two instants are one subtraction (macro open_seconds), however many days lie between.
with choices as (
    select * from {{ ref('int_calendar_choices') }}
),

projects as (
    select * from {{ ref('int_projects') }}
),

calendars as (
    select * from {{ ref('entity_calendars') }}
),

holidays as (
    select * from {{ ref('holidays') }}
),

holiday_versions as (
    select max(package_version) as holiday_version from holidays
),

openings as (
    select
        choices.project_id,
        choices.entity,
        choices.local_date,
        (choices.local_date + calendars.opens_at) at time zone projects.timezone
            as opens_at,
        (choices.local_date + calendars.closes_at) at time zone projects.timezone
            as closes_at,
        row_number() over (
            partition by choices.project_id, choices.entity, choices.local_date
            order by calendars.opens_at
        ) as place
    from choices
    inner join projects using (project_id)
    inner join calendars
        on
            choices.version = calendars.version
            and choices.calendar_project_id is not distinct from calendars.project_id
            and choices.calendar_entity is not distinct from calendars.entity
            and extract(isodow from choices.local_date) = calendars.local_weekday
            and choices.local_date >= calendars.valid_from
            and choices.local_date <= coalesce(calendars.valid_to, 'infinity')
    left join holidays on choices.local_date = holidays.holiday_date
    where holidays.holiday_date is null
),

days as (
    select
        project_id,
        entity,
        local_date,
        min(opens_at) filter (where place = 1) as opens_at,
        min(closes_at) filter (where place = 1) as closes_at,
        min(opens_at) filter (where place = 2) as reopens_at,
        min(closes_at) filter (where place = 2) as recloses_at,
        sum(extract(epoch from closes_at - opens_at)) as open_seconds
    from openings
    group by 1, 2, 3
)

select
    choices.project_id,
    choices.entity,
    choices.local_date,
    choices.version || ', holidays ' || holiday_versions.holiday_version
        as calendar_version,
    days.opens_at,
    days.closes_at,
    days.reopens_at,
    days.recloses_at,
    coalesce(sum(days.open_seconds) over (
        partition by choices.project_id, choices.entity
        order by choices.local_date
        rows between unbounded preceding and 1 preceding
    ), 0)::bigint as open_seconds_before
from choices
cross join holiday_versions
left join days using (project_id, entity, local_date)
