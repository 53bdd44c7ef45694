-- Messages per hour, conversations and their messages all count the same messages, and the hours the same deliveries,
-- project by project.
with facts as (
    select
        project_id,
        count(*) as all_messages,
        count(*) filter (
            where direction in ('inbound', 'bot', 'agent') and contact_key is not null
        ) as counted_messages,
        count(*) filter (where delivery_status in ('delivered', 'read', 'failed'))
            as final_messages
    from {{ ref('fct_messages') }}
    group by 1
),

hourly as (
    select
        project_id,
        sum(message_count) as all_messages,
        sum(final_status_count) as final_messages
    from {{ ref('fct_messages_hourly') }}
    group by 1
),

conversations as (
    select
        project_id,
        sum(message_count) as counted_messages
    from {{ ref('fct_conversations') }}
    group by 1
)

select
    project_id,
    facts.all_messages,
    hourly.all_messages as hourly_messages,
    facts.counted_messages,
    conversations.counted_messages as conversation_messages
from facts
full join hourly using (project_id)
full join conversations using (project_id)
where
    facts.final_messages is distinct from hourly.final_messages
    or facts.all_messages is distinct from hourly.all_messages
    or coalesce(facts.counted_messages, 0)
    <> coalesce(conversations.counted_messages, 0)
