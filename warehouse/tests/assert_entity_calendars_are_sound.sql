-- Opening hours nobody can apply: they would change numbers in silence, so nothing is published until they are mended.
with calendars as (
    select
        *,
        row_number() over (
            order by project_id, entity, version, local_weekday, opens_at, closes_at, valid_from
        ) as place,
        coalesce(valid_to, 'infinity') as last_valid,
        concat(
            'project ', coalesce(project_id::text, 'every'),
            ', entity ', coalesce(entity, 'every'),
            ', weekday ', local_weekday,
            ', ', to_char(opens_at, 'HH24:MI'), '-', to_char(closes_at, 'HH24:MI'),
            ', ', valid_from, ' to ', coalesce(valid_to::text, 'open'),
            ', version ', version
        ) as row_text
    from {{ ref('entity_calendars') }}
),

projects as (
    select * from {{ ref('stg_app__projects') }}
),

rules as (
    select * from {{ ref('stg_app__entity_rules') }}
),

pairs as (
    -- two rows of one calendar's owner with a day in common
    select
        one.row_text,
        one.place as one_place,
        other.place as other_place,
        one.version <> other.version as is_other_version,
        one.local_weekday = other.local_weekday as is_same_weekday,
        one.opens_at < other.closes_at and other.opens_at < one.closes_at
            as is_same_hour,
        one.row_text = other.row_text as is_same_row
    from calendars as one
    inner join calendars as other
        on
            one.project_id is not distinct from other.project_id
            and one.entity is not distinct from other.entity
            and one.valid_from <= other.last_valid
            and one.last_valid >= other.valid_from
            and one.place <> other.place
),

faults as (
    select
        row_text,
        'expected a weekday from 1 (Monday) to 7' as fault
    from calendars
    where local_weekday not between 1 and 7 or local_weekday is null
    union all
    select
        row_text,
        'expected to open before it closes' as fault
    from calendars
    where (opens_at < closes_at) is not true
    union all
    select
        row_text,
        'expected valid_from, and no valid_to before it' as fault
    from calendars
    where (valid_from <= last_valid) is not true
    union all
    select
        row_text,
        'expected a version' as fault
    from calendars
    where version is null
    union all
    select
        row_text,
        'unknown entity of a project' as fault
    from calendars
    where
        entity <> 'Sin entidad'
        and exists (
            select 1 from projects
            where projects.project_id = coalesce(calendars.project_id, projects.project_id)
        )
        and not exists (
            select 1 from rules
            where
                rules.entity = calendars.entity
                and rules.project_id = coalesce(calendars.project_id, rules.project_id)
        )
    union all
    select
        row_text,
        'duplicate row' as fault
    from pairs
    where is_same_row and one_place > other_place
    union all
    select
        row_text,
        'overlaps another calendar or opening' as fault
    from pairs
    where
        not is_same_row
        and (is_other_version or (is_same_weekday and is_same_hour))
    union all
    select
        row_text,
        'a third opening on one day' as fault
    from pairs
    where is_same_weekday and not is_other_version
    group by row_text, one_place
    having count(*) > 1
)

select distinct
    null::integer as project_id,
    concat('entity_calendars row (', row_text, '): ', fault) as fault
from faults
