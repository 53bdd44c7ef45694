with conversations as (
    select * from {{ ref('int_messages_grouped_by_conversation') }}
),

entity_rules as (
    select * from {{ ref('int_contact_day_entities') }}
),

session_days as (
    select distinct
        project_id,
        contact_key,
        local_date
    from {{ ref('int_agent_session_days') }}
),

neighbours as (
    select * from {{ ref('int_conversations_with_neighbours') }}
),

typed as (
    select
        conversations.*,
        entity_rules.entity_rule,
        conversations.bot_message_count + conversations.bot_handled_count > 0
            as has_bot_turn,
        conversations.agent_message_count > 0
        or session_days.contact_key is not null as has_human,
        conversations.last_message_at + interval '24 hours' > {{ run_now() }}
            as is_provisional,
        neighbours.is_followed,
        neighbours.seconds_since_previous,
        neighbours.frequent_since
    from conversations
    left join neighbours using (project_id, contact_key, local_date)
    left join session_days using (project_id, contact_key, local_date)
    left join entity_rules using (project_id, contact_key, local_date)
),

final as (
    select
        *,
        case
            when has_bot_turn and has_human then 'mixed'
            when has_human then 'agent'
            else 'bot'
        end as conversation_type
    from typed
)

select
    project_id,
    contact_key,
    local_date,
    local_hour,
    local_weekday,
    entity,
    entity_rule,
    channel,
    conversation_type,
    first_message_at,
    last_message_at,
    first_inbound_at,
    message_count,
    inbound_message_count,
    bot_message_count,
    agent_message_count,
    bot_handled_count,
    fallback_count,
    longest_fallback_run,
    has_bot_turn,
    conversation_type = 'mixed' as is_handed_off,
    fallback_count > 0 as has_fallback,
    longest_fallback_run >= 2 as has_fallback_loop,
    last_direction = 'bot' and coalesce(is_last_inbound_fallback, false)
        as is_bot_abandoned,
    is_provisional,
    case when has_bot_turn then not has_human end as is_contained,
    case
        when has_bot_turn and not is_provisional
            then
                not has_human
                and not coalesce(is_last_bot_turn_fallback, false)
                and not coalesce(is_followed, false)
    end as is_effectively_contained,
    seconds_since_previous,
    coalesce(seconds_since_previous <= 86400, false) as is_repeat_24h,
    coalesce(seconds_since_previous <= 3 * 86400, false) as is_repeat_72h,
    seconds_since_previous is not null as is_repeat_7d,
    frequent_since
from final
