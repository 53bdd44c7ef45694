with messages as (
    select * from {{ ref('int_messages_with_context') }}
),

hours as (
    select * from {{ ref('int_business_hours') }}
)

select
    messages.project_id,
    messages.message_id,
    messages.contact_key,
    messages.sent_at,
    messages.local_date,
    messages.local_hour,
    messages.local_weekday,
    messages.entity,
    messages.day_channel as channel,
    messages.direction,
    messages.content_type,
    messages.intent,
    messages.intent_raw,
    messages.is_technical_intent,
    messages.is_fallback,
    messages.is_bot_handled,
    case
        when messages.direction = 'inbound' and hours.project_id is not null
            then not (
                coalesce(
                    messages.sent_at >= hours.opens_at
                    and messages.sent_at < hours.closes_at, false
                )
                or coalesce(
                    messages.sent_at >= hours.reopens_at
                    and messages.sent_at < hours.recloses_at, false
                )
            )
    end as is_out_of_hours,
    messages.agent_id,
    messages.is_on_roster,
    messages.agent_session_id,
    messages.delivery_status,
    messages.sending_id,
    messages.body
from messages
left join hours using (project_id, entity, local_date)
