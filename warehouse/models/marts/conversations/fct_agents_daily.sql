with messages as (
    select * from {{ ref('fct_messages') }}
    where
        direction = 'agent'
        and agent_id is not null
),

sessions as (
    select
        *,
        coalesce(queued_at, assigned_at, closed_at) as dated_at
    from {{ ref('fct_agent_sessions') }}
    where agent_id is not null
),

message_days as (
    select
        project_id,
        agent_id,
        entity,
        channel,
        local_date,
        bool_or(is_on_roster) as is_on_roster,
        count(*) as message_count,
        count(distinct contact_key) as conversation_count,
        min(sent_at) as first_activity_at,
        max(sent_at) as last_activity_at
    from messages
    group by 1, 2, 3, 4, 5
),

session_days as (
    select
        project_id,
        agent_id,
        entity,
        channel,
        local_date,
        bool_or(is_on_roster) as is_on_roster,
        count(*) as session_count,
        sum(first_response_seconds)::bigint as first_response_seconds_sum,
        count(first_response_seconds) as first_response_count,
        sum(wait_seconds)::bigint as wait_seconds_sum,
        count(wait_seconds) as wait_count,
        (sum(handle_seconds) filter (where not is_handle_over_limit))::bigint
            as handle_seconds_sum,
        count(handle_seconds) filter (where not is_handle_over_limit)
            as handle_count,
        min(dated_at) as first_activity_at,
        max(dated_at) as last_activity_at
    from sessions
    group by 1, 2, 3, 4, 5
)

select
    project_id,
    agent_id,
    coalesce(message_days.is_on_roster, session_days.is_on_roster) as is_on_roster,
    entity,
    channel,
    local_date,
    coalesce(message_days.message_count, 0) as message_count,
    coalesce(message_days.conversation_count, 0) as conversation_count,
    coalesce(session_days.session_count, 0) as session_count,
    session_days.first_response_seconds_sum,
    coalesce(session_days.first_response_count, 0) as first_response_count,
    session_days.wait_seconds_sum,
    coalesce(session_days.wait_count, 0) as wait_count,
    session_days.handle_seconds_sum,
    coalesce(session_days.handle_count, 0) as handle_count,
    least(message_days.first_activity_at, session_days.first_activity_at)
        as first_activity_at,
    greatest(message_days.last_activity_at, session_days.last_activity_at)
        as last_activity_at
from message_days
full join session_days using (project_id, agent_id, entity, channel, local_date)
