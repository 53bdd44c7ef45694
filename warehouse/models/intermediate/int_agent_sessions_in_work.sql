-- Agent sessions that touch or span the work list, with what their messages on any day say about them.
with ranges as (
    select * from {{ ref('int_work_ranges') }}
),

listed as not materialized (
    select * from {{ ref('stg_indigitall__agent_sessions') }}
),

published_sessions as (
    select * from {{ published('fct_agent_sessions', [
        'project_id', 'agent_session_id', 'local_date', 'queued_at', 'assigned_at',
        'closed_at', 'last_event_at', 'is_rebuilt'
    ]) }} as fct_agent_sessions
),

messages as (
    select * from {{ ref('stg_indigitall__messages') }}
),

projects as (
    select * from {{ ref('int_projects') }}
),

published_only as (
    -- one seen on messages only may span the work list with no message in it
    select
        project_id,
        agent_session_id,
        least(queued_at, assigned_at, closed_at, local_date - interval '1 day')
            as first_at,
        greatest(
            queued_at,
            assigned_at,
            coalesce(closed_at, last_event_at + interval '24 hours'),
            local_date + interval '2 days'
        ) as last_at
    from published_sessions
    where
        is_rebuilt
        or (project_id, agent_session_id) in (
            select
                timeless.project_id,
                timeless.agent_session_id
            from listed as timeless
            where timeless.begins_at is null
        )
),

candidates as (
    select
        sessions.project_id,
        sessions.agent_session_id
    from ranges
    inner join lateral (
        select * from listed
        where
            listed.project_id = ranges.project_id
            and listed.begins_at < ranges.ends_at
            and listed.ends_at >= ranges.starts_at
        {{ by_index() }}
    ) as sessions on true
    union
    select
        published_only.project_id,
        published_only.agent_session_id
    from published_only
    inner join ranges
        on
            published_only.project_id = ranges.project_id
            and published_only.first_at < ranges.ends_at
            and published_only.last_at >= ranges.starts_at
    union
    select
        project_id,
        agent_session_id
    from {{ ref('int_messages_with_direction') }}
    where agent_session_id is not null
)

select
    candidates.project_id,
    candidates.agent_session_id,
    (
        array_agg(messages.contact_key order by messages.sent_at, messages.message_id)
        filter (where messages.contact_key is not null)
    )[1] as contact_key,
    (
        array_agg(messages.agent_id order by messages.sent_at desc, messages.message_id asc)
        filter (where messages.agent_id is not null)
    )[1] as agent_id,
    (
        array_agg(messages.close_reason order by messages.sent_at desc, messages.message_id asc)
        filter (where messages.close_reason is not null)
    )[1] as close_reason,
    (array_agg(messages.channel order by messages.sent_at, messages.message_id))[1]
        as channel,
    min(messages.queued_at) as queued_at,
    min(messages.assigned_at) as assigned_at,
    max(messages.closed_at) as closed_at,
    min(messages.sent_at) as first_message_at,
    max(messages.sent_at) as last_message_at,
    min(messages.sent_at) filter (where messages.send_type = 'operator')
        as first_response_at,
    string_agg(
        distinct {{ local_date('messages.sent_at', 'projects.timezone') }}::text, ','
    ) as message_dates
from candidates
inner join projects using (project_id)
left join lateral (
    select * from messages
    where
        messages.project_id = candidates.project_id
        and messages.agent_session_id = candidates.agent_session_id
    {{ by_index() }}
) as messages on true
group by 1, 2
