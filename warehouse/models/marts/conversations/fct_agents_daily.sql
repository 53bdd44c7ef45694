{% set kinds = ['wait', 'first_response', 'handle'] %}
with messages as (
    select * from {{ ref('fct_messages') }}
    where direction = 'agent' and agent_id is not null
),

sessions as (
    -- those without an agent are nobody's work and part of every duration
    select
        project_id,
        coalesce(agent_id, 'sin_agente') as agent_id,
        coalesce(is_on_roster, false) as is_on_roster,
        entity,
        channel,
        local_date,
        wait_seconds,
        first_response_seconds,
        case when not is_handle_over_limit then handle_seconds end as handle_seconds,
        coalesce(queued_at, assigned_at, closed_at) as dated_at
    from {{ ref('fct_agent_sessions') }}
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
        {% for kind in kinds %}
            sum({{ kind }}_seconds)::bigint as {{ kind }}_seconds_sum,
            count({{ kind }}_seconds) as {{ kind }}_count,
        {% endfor %}
        min(dated_at) as first_activity_at,
        max(dated_at) as last_activity_at
    from sessions
    group by 1, 2, 3, 4, 5
),

bucket_counts as (
    select
        sessions.project_id,
        sessions.agent_id,
        sessions.entity,
        sessions.channel,
        sessions.local_date,
        times.kind,
        {{ duration_bucket('times.seconds') }} as bucket,
        count(*)::integer as bucket_count
    from sessions
    cross join
        lateral (
            values
            ('wait', sessions.wait_seconds),
            ('first_response', sessions.first_response_seconds),
            ('handle', sessions.handle_seconds)
        ) as times (kind, seconds)
    where times.seconds is not null
    group by 1, 2, 3, 4, 5, 6, 7
),

histograms as (
    select
        project_id,
        agent_id,
        entity,
        channel,
        local_date,
        array_agg(bucket order by bucket) filter (where kind = 'wait') as wait_buckets,
        array_agg(bucket_count order by bucket) filter (where kind = 'wait') as wait_bucket_counts,
        array_agg(bucket order by bucket) filter (where kind = 'first_response') as first_response_buckets,
        array_agg(bucket_count order by bucket) filter (where kind = 'first_response') as first_response_bucket_counts,
        array_agg(bucket order by bucket) filter (where kind = 'handle') as handle_buckets,
        array_agg(bucket_count order by bucket) filter (where kind = 'handle') as handle_bucket_counts
    from bucket_counts
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
    {% for kind in kinds %}
        session_days.{{ kind }}_seconds_sum,
        coalesce(session_days.{{ kind }}_count, 0) as {{ kind }}_count,
        histograms.{{ kind }}_buckets,
        histograms.{{ kind }}_bucket_counts,
    {% endfor %}
    least(message_days.first_activity_at, session_days.first_activity_at)
        as first_activity_at,
    greatest(message_days.last_activity_at, session_days.last_activity_at)
        as last_activity_at
from message_days
full join session_days using (project_id, agent_id, entity, channel, local_date)
left join histograms using (project_id, agent_id, entity, channel, local_date)
