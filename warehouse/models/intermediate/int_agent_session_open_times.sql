-- Times of the sessions in work by the clock of their entity's opening hours.
with sessions as (
    select * from {{ ref('int_agent_sessions') }}
),

work_days as (
    select * from {{ ref('int_work_days') }}
),

contact_days as (
    select * from {{ ref('int_contact_day_entities') }}
),

projects as (
    select * from {{ ref('int_projects') }}
),

hours as (
    select * from {{ ref('int_business_hours') }}
),

placed as (
    select
        sessions.project_id,
        sessions.agent_session_id,
        sessions.local_date,
        coalesce(contact_days.entity, 'Sin entidad') as entity,
        sessions.queued_at,
        sessions.assigned_at,
        sessions.first_response_at,
        sessions.closed_at,
        {{ local_date('sessions.queued_at', 'projects.timezone') }} as queued_date,
        {{ local_date('sessions.assigned_at', 'projects.timezone') }} as assigned_date,
        {{ local_date('sessions.first_response_at', 'projects.timezone') }}
            as response_date,
        {{ local_date('sessions.closed_at', 'projects.timezone') }} as closed_date
    from sessions
    inner join work_days using (project_id, local_date)
    inner join projects using (project_id)
    left join contact_days using (project_id, contact_key, local_date)
),

counted as (
    -- one look at the hours per moment of the session; the day of each must have a calendar
    select
        placed.*,
        own_day.calendar_version,
        {{ open_seconds('placed.queued_at', 'queued') }} as queued_seconds,
        {{ open_seconds('placed.assigned_at', 'assigned') }} as assigned_seconds,
        {{ open_seconds('placed.first_response_at', 'response') }} as response_seconds,
        {{ open_seconds('placed.closed_at', 'closed') }} as closed_seconds
    from placed
    left join hours as own_day using (project_id, entity, local_date)
    left join hours as queued
        on
            placed.project_id = queued.project_id
            and placed.entity = queued.entity
            and placed.queued_date = queued.local_date
    left join hours as assigned
        on
            placed.project_id = assigned.project_id
            and placed.entity = assigned.entity
            and placed.assigned_date = assigned.local_date
    left join hours as response
        on
            placed.project_id = response.project_id
            and placed.entity = response.entity
            and placed.response_date = response.local_date
    left join hours as closed
        on
            placed.project_id = closed.project_id
            and placed.entity = closed.entity
            and placed.closed_date = closed.local_date
)

select
    project_id,
    agent_session_id,
    calendar_version,
    case
        when {{ possible_seconds('queued_at', 'assigned_at') }} is not null
            then (assigned_seconds - queued_seconds)::bigint
    end as wait_business_seconds,
    case
        when {{ possible_seconds('queued_at', 'first_response_at') }} is not null
            then (response_seconds - queued_seconds)::bigint
    end as first_response_business_seconds,
    case
        when {{ possible_seconds('assigned_at', 'closed_at') }} is not null
            then (closed_seconds - assigned_seconds)::bigint
    end as handle_business_seconds
from counted
