-- Readers look single rows up by the indexes of raw: so there is no CTE, which PostgreSQL would not look through, and
-- columns that carry an index stay bare.
select
    -- ids
    project_id,
    message_id,
    contact_key,
    contact_id,
    agent_conversation_id as agent_session_id,
    agent_id,
    sending_id,

    -- texts
    lower(trim(send_type)) as send_type,
    lower(trim(content_type)) as content_type,
    lower(trim(integration)) as integration,
    {{ channel_name('channel') }} as channel,
    nullif(trim(channel), '') as channel_raw,
    df_intent_name as intent_raw,
    {{ clean_intent('df_intent_name') }} as intent,
    nullif(trim(agent_close_reason), '') as close_reason,
    nullif(trim(profile_name), '') as contact_name,
    content as body,
    {{ delivery_status('status') }} as delivery_status,
    nullif(trim(status), '') as status_raw,

    -- booleans
    coalesce(lower(trim(is_fallback)) in ('yes', 'true', '1'), false)
        as is_fallback,
    nullif(trim(error), '') is not null as has_error,

    -- timestamps
    sent_at,
    {{ parse_timestamp('agent_queued_at') }} as queued_at,
    {{ parse_timestamp('agent_assigned_at') }} as assigned_at,
    {{ parse_timestamp('agent_closed_at') }} as closed_at
from {{ source('indigitall', 'messages') }}
where deleted_at is null
