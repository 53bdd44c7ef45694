-- The one read of messages: those of the work list, in local time, with who speaks.
with messages as (
    select * from {{ ref('stg_indigitall__messages') }}
),

ranges as (
    select * from {{ ref('int_work_ranges') }}
),

technical_intents as (
    select * from {{ ref('technical_intents') }}
),

in_work as (
    select
        messages.*,
        messages.sent_at at time zone ranges.timezone as local_at,
        {{ message_direction(
            'messages.send_type', 'messages.sending_id', 'messages.integration'
        ) }} as direction
    from ranges
    inner join lateral (
        select * from messages
        where
            messages.project_id = ranges.project_id
            and messages.sent_at >= ranges.starts_at
            and messages.sent_at < ranges.ends_at
        {{ by_index() }}
    ) as messages on true
),

understood as (
    -- intent and fallback are attributes of the contact's turn; an event (survey answer) is no turn of the bot
    select
        *,
        direction = 'inbound' and coalesce(content_type, '') <> 'event'
            as is_turn
    from in_work
)

select
    understood.project_id,
    understood.message_id,
    understood.contact_key,
    understood.agent_session_id,
    understood.agent_id,
    understood.sending_id,
    understood.direction,
    understood.content_type,
    understood.integration,
    understood.channel,
    understood.delivery_status,
    understood.body,
    understood.is_turn,
    understood.is_turn and understood.is_fallback as is_fallback,
    case when understood.is_turn then understood.intent end as intent,
    case when understood.is_turn then understood.intent_raw end as intent_raw,
    case
        when understood.is_turn and understood.intent is not null
            then technical_intents.intent is not null
    end as is_technical_intent,
    understood.sent_at,
    understood.local_at::date as local_date,
    extract(hour from understood.local_at)::integer as local_hour,
    extract(isodow from understood.local_at)::integer as local_weekday
from understood
left join technical_intents
    on lower(understood.intent) = technical_intents.intent
