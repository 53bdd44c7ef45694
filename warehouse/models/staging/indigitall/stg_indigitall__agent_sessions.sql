with source as (
    select * from {{ source('indigitall', 'agent_sessions') }}
    where deleted_at is null
),

renamed as (
    select
        -- ids
        project_id,
        agent_session_id,
        contact_key,
        payload ->> 'conversationSessionId' as conversation_session_id,
        nullif(payload ->> 'agentId', '') as agent_id,
        nullif(nullif(payload ->> 'initialAgentSession', '0'), '')
            as initial_agent_session_id,

        -- texts
        nullif(lower(trim(payload ->> 'email')), '') as agent_email,
        nullif(split_part(lower(trim(payload ->> 'email')), '@', 2), '')
            as agent_domain,
        {{ channel_name("payload ->> 'channel'") }} as channel,
        nullif(trim(payload ->> 'channel'), '') as channel_raw,

        -- timestamps
        {{ parse_timestamp("payload ->> 'queuedAt'") }} as queued_at,
        {{ parse_timestamp("payload ->> 'assignedAt'") }} as assigned_at,
        {{ parse_timestamp("payload ->> 'closedAt'") }} as closed_at
    from source
)

select * from renamed
