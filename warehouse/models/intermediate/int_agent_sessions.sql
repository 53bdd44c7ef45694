-- Agent sessions as the endpoint lists them, completed from their messages, and those seen on messages only.
with in_work as (
    select * from {{ ref('int_agent_sessions_in_work') }}
),

listed as (
    select * from {{ ref('stg_indigitall__agent_sessions') }}
),

projects as (
    select * from {{ ref('int_projects') }}
),

completed as (
    select
        in_work.project_id,
        in_work.agent_session_id,
        listed.conversation_session_id,
        coalesce(listed.contact_key, in_work.contact_key) as contact_key,
        coalesce(listed.agent_id, in_work.agent_id) as agent_id,
        listed.agent_domain,
        coalesce(listed.channel, in_work.channel) as channel,
        coalesce(listed.queued_at, in_work.queued_at) as queued_at,
        coalesce(listed.assigned_at, in_work.assigned_at) as assigned_at,
        coalesce(listed.closed_at, in_work.closed_at) as closed_at,
        in_work.first_message_at,
        in_work.last_message_at,
        in_work.first_response_at,
        in_work.message_dates,
        in_work.close_reason,
        coalesce(
            listed.initial_agent_session_id <> in_work.agent_session_id, false
        ) as is_transferred,
        listed.agent_session_id is null as is_rebuilt
    from in_work
    left join listed
        on
            in_work.project_id = listed.project_id
            and in_work.agent_session_id = listed.agent_session_id
    -- a published session that is gone at the source is in neither
    where
        listed.agent_session_id is not null
        or in_work.first_message_at is not null
),

spanned as (
    -- it holds its contact from the queue to the close, without close to 24 hours after its last event
    select
        *,
        coalesce(queued_at, assigned_at, first_message_at) as starts_at,
        greatest(queued_at, assigned_at, last_message_at) as last_event_at,
        coalesce(
            closed_at,
            greatest(queued_at, assigned_at, last_message_at) + interval '24 hours'
        ) as ends_at,
        coalesce(queued_at, assigned_at, closed_at, first_message_at) as dated_at
    from completed
)

select
    spanned.*,
    spanned.dated_at at time zone projects.timezone as local_at,
    {{ local_date('spanned.dated_at', 'projects.timezone') }} as local_date
from spanned
inner join projects using (project_id)
where spanned.dated_at is not null
