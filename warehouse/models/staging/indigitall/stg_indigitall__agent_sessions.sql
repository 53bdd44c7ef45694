-- Readers look single rows up by the indexes of raw: so there is no CTE, which PostgreSQL would not look through, and
-- columns that carry an index stay bare.
select
    -- ids
    project_id,
    agent_session_id,
    contact_key,
    payload ->> 'conversationSessionId' as conversation_session_id,
    agent_id,
    nullif(nullif(payload ->> 'initialAgentSession', '0'), '')
        as initial_agent_session_id,

    -- texts
    nullif(lower(trim(payload ->> 'email')), '') as agent_email,
    nullif(split_part(lower(trim(payload ->> 'email')), '@', 2), '')
        as agent_domain,
    {{ channel_name("payload ->> 'channel'") }} as channel,
    nullif(trim(payload ->> 'channel'), '') as channel_raw,

    -- timestamps
    queued_at,
    assigned_at,
    closed_at,
    begins_at,
    ends_at
from {{ source('indigitall', 'agent_sessions') }}
where deleted_at is null
