-- Sessions the endpoint lists stand in the facts on the day they were queued, else assigned, else closed, once each.
with listed as (
    select
        sessions.project_id,
        sessions.agent_session_id,
        {{ local_date(
            'coalesce(sessions.queued_at, sessions.assigned_at, sessions.closed_at)',
            'projects.timezone'
        ) }} as local_date,
        projects.kept_from
    from {{ ref('int_work_ranges') }} as ranges
    inner join {{ ref('int_projects') }} as projects using (project_id)
    inner join lateral (
        select * from {{ ref('stg_indigitall__agent_sessions') }} as listed_sessions
        where
            listed_sessions.project_id = ranges.project_id
            and listed_sessions.begins_at < ranges.ends_at
            and listed_sessions.ends_at >= ranges.starts_at
        {{ by_index() }}
    ) as sessions on true
    -- ranges have no gaps: what is dated in one is dated on a day of the work list
    where
        coalesce(sessions.queued_at, sessions.assigned_at, sessions.closed_at)
        >= ranges.starts_at
        and coalesce(sessions.queued_at, sessions.assigned_at, sessions.closed_at)
        < ranges.ends_at
),

staged as (
    select
        listed.project_id,
        listed.local_date,
        count(*) as session_count
    from listed
    where
        -- one that began on a purged day is kept for the messages it holds and has no row
        coalesce(listed.local_date >= listed.kept_from, true)
    group by 1, 2
),

built as (
    select
        project_id,
        local_date,
        count(*) as session_count
    from {{ ref('fct_agent_sessions') }}
    where not is_rebuilt
    group by 1, 2
)

select
    project_id,
    local_date,
    staged.session_count as staged_sessions,
    built.session_count as built_sessions
from staged
full join built using (project_id, local_date)
where coalesce(staged.session_count, 0) <> coalesce(built.session_count, 0)
