with messages as (
    select * from {{ ref('int_messages_with_context') }}
)

select
    project_id,
    message_id,
    contact_key,
    sent_at,
    local_date,
    local_hour,
    local_weekday,
    entity,
    day_channel as channel,
    direction,
    content_type,
    intent,
    intent_raw,
    is_technical_intent,
    is_fallback,
    is_bot_handled,
    agent_id,
    is_on_roster,
    agent_session_id,
    delivery_status,
    sending_id,
    body
from messages
