-- The work list as ranges of time without gaps: one look into the index of raw messages per range.
with days as (
    select
        work.project_id,
        work.local_date,
        work.local_date - row_number() over (
            partition by work.project_id order by work.local_date
        )::integer as island
    from {{ ref('int_work_days') }} as work
),

projects as (
    select * from {{ ref('int_projects') }}
),

ranges as (
    select
        project_id,
        min(local_date) as first_date,
        max(local_date) as last_date
    from days
    group by project_id, island
)

select
    ranges.project_id,
    projects.timezone,
    ranges.first_date,
    ranges.last_date,
    ranges.first_date::timestamp at time zone projects.timezone as starts_at,
    (ranges.last_date + 1)::timestamp at time zone projects.timezone as ends_at
from ranges
inner join projects using (project_id)
