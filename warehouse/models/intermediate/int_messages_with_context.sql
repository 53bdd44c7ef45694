{{ config(materialized='build_view', unlogged=none) }}
-- Messages of the work list with what stands around them: the entity and channel of the contact's day, the agent
-- session open at that time, and whether the bot had to answer.
with messages as not materialized (
    select * from {{ ref('int_messages_with_direction') }}
),

contact_days as (
    select * from {{ ref('int_contact_day_entities') }}
),

sessions as (
    select * from {{ ref('int_agent_sessions') }}
),

agents as (
    select * from {{ ref('int_agents') }}
),

projects as (
    select * from {{ ref('int_projects') }}
),

held as (
    -- inbound turns sent while an agent session of the contact was open
    select distinct
        messages.project_id,
        messages.message_id
    from messages
    inner join sessions using (project_id, contact_key)
    where
        messages.direction = 'inbound'
        and messages.sent_at >= sessions.starts_at
        and messages.sent_at < sessions.ends_at
)

select
    messages.*,
    coalesce(contact_days.entity, 'Sin entidad') as entity,
    coalesce(contact_days.channel, messages.channel) as day_channel,
    messages.is_turn
    and coalesce(messages.integration in ('df', 'ai'), false)
    and messages.agent_session_id is null
    and held.message_id is null as is_bot_handled,
    case
        when messages.direction = 'agent' and messages.agent_id is not null
            then coalesce(
                agents.is_on_roster, {{ is_on_list('messages.agent_id', 'projects.agent_ids') }}
            )
    end as is_on_roster
from messages
inner join projects using (project_id)
left join contact_days using (project_id, contact_key, local_date)
left join agents using (project_id, agent_id)
left join held using (project_id, message_id)
