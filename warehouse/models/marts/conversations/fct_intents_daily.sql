with messages as (
    select * from {{ ref('fct_messages') }}
    where
        intent is not null
        and contact_key is not null
),

conversations as (
    select * from {{ ref('fct_conversations') }}
)

select
    messages.project_id,
    messages.entity,
    messages.channel,
    messages.intent,
    bool_or(messages.is_technical_intent) as is_technical_intent,
    conversations.conversation_type,
    messages.local_date,
    count(*) as message_count,
    count(distinct messages.contact_key) as conversation_count,
    count(*) filter (where messages.is_bot_handled and messages.is_fallback)
        as fallback_count
from messages
inner join conversations using (project_id, contact_key, local_date)
group by 1, 2, 3, 4, 6, 7
