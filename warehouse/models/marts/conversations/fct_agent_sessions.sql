with sessions as (
    select * from {{ ref('int_agent_sessions') }}
),

work_days as (
    select * from {{ ref('int_work_days') }}
),

contact_days as (
    select * from {{ ref('int_contact_day_entities') }}
),

agents as (
    select * from {{ ref('int_agents') }}
),

projects as (
    select * from {{ ref('int_projects') }}
),

open_times as (
    select * from {{ ref('int_agent_session_open_times') }}
),

silences as (
    select * from {{ ref('int_queue_silences') }}
),

measured as (
    select
        *,
        {{ possible_seconds('queued_at', 'assigned_at') }} as wait_seconds,
        {{ possible_seconds('queued_at', 'first_response_at') }} as first_response_seconds,
        {{ possible_seconds('assigned_at', 'closed_at') }} as handle_seconds,
        {{ run_now() }} >= last_event_at + interval '24 hours' as is_silent
    from sessions
)

select
    measured.project_id,
    measured.agent_session_id,
    measured.conversation_session_id,
    measured.contact_key,
    measured.agent_id,
    case
        when measured.agent_id is not null
            then coalesce(
                agents.is_on_roster, {{ is_on_list('measured.agent_id', 'projects.agent_ids') }}
            )
    end as is_on_roster,
    coalesce(contact_days.entity, 'Sin entidad') as entity,
    coalesce(contact_days.channel, measured.channel, 'desconocido') as channel,
    measured.local_date,
    extract(hour from measured.local_at)::integer as local_hour,
    extract(isodow from measured.local_at)::integer as local_weekday,
    measured.queued_at,
    measured.assigned_at,
    measured.closed_at,
    measured.first_response_at,
    measured.last_event_at,
    measured.wait_seconds,
    measured.first_response_seconds,
    measured.handle_seconds,
    open_times.wait_business_seconds,
    open_times.first_response_business_seconds,
    open_times.handle_business_seconds,
    open_times.calendar_version,
    coalesce(measured.handle_seconds > 8 * 3600, false) as is_handle_over_limit,
    (measured.wait_seconds is null and measured.assigned_at - measured.queued_at is not null)
    or (measured.first_response_seconds is null and measured.first_response_at - measured.queued_at is not null)
    or (measured.handle_seconds is null and measured.closed_at - measured.assigned_at is not null)
        as has_impossible_times,
    measured.closed_at is null and not coalesce(measured.is_silent, false) as is_open,
    measured.queued_at is not null
    and measured.assigned_at is null
    and measured.first_response_at is null
    and (
        measured.closed_at is not null
        or coalesce({{ run_now() }} >= silences.silent_at, false)
    ) as is_queue_abandoned,
    silences.silent_at,
    measured.is_transferred,
    measured.close_reason,
    case
        when measured.wait_seconds < 60 then '0-1'
        when measured.wait_seconds < 300 then '1-5'
        when measured.wait_seconds < 900 then '5-15'
        when measured.wait_seconds < 1800 then '15-30'
        when measured.wait_seconds >= 1800 then '30+'
    end as wait_bucket,
    measured.is_rebuilt
from measured
inner join work_days using (project_id, local_date)
inner join projects using (project_id)
left join contact_days using (project_id, contact_key, local_date)
left join agents using (project_id, agent_id)
left join open_times using (project_id, agent_session_id)
left join silences using (project_id, agent_session_id)
-- one queued on a purged day and closed on a kept one is kept at the source only, for the days it reaches
where coalesce(measured.local_date >= projects.kept_from, true)
