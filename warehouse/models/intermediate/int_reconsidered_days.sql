-- Published days on which a verdict has become final, or evidence from elsewhere has changed.
with projects as (
    select * from {{ ref('int_projects') }}
),

agents as (
    select * from {{ ref('int_agents') }}
),

contacts as (
    select * from {{ ref('stg_indigitall__contacts') }}
),

conversations as (
    select * from {{ published('fct_conversations', [
        'project_id', 'local_date', 'is_provisional', 'last_message_at'
    ]) }} as fct_conversations
),

sessions as (
    select * from {{ published('fct_agent_sessions', [
        'project_id', 'contact_key', 'local_date', 'is_open', 'last_event_at',
        'is_queue_abandoned', 'silent_at'
    ]) }} as fct_agent_sessions
),

agent_days as (
    select * from {{ published('fct_agents_daily', [
        'project_id', 'agent_id', 'local_date', 'is_on_roster'
    ]) }} as fct_agents_daily
),

messages as (
    select * from {{ published('fct_messages', [
        'project_id', 'contact_key', 'local_date'
    ]) }} as fct_messages
),

known_contacts as (
    select * from {{ published('dim_contacts', [
        'project_id', 'contact_key', 'channel_instance_id'
    ]) }} as dim_contacts
),

moved_contacts as (
    -- the channel instance is evidence for an entity: when it changes, so may every day of the contact
    select
        project_id,
        contact_key
    from known_contacts
    left join contacts using (project_id, contact_key)
    inner join projects using (project_id)
    where
        projects.has_instance_rules
        and (
            known_contacts.channel_instance_id
            is distinct from contacts.channel_instance_id
        )
)

select
    project_id,
    local_date
from conversations
where
    is_provisional
    and last_message_at + interval '24 hours' <= {{ run_now() }}
union
select
    project_id,
    local_date
from sessions
where
    (is_open and last_event_at + interval '24 hours' <= {{ run_now() }})
    or (not is_queue_abandoned and silent_at <= {{ run_now() }})
union
select
    agent_days.project_id,
    agent_days.local_date
from agent_days
inner join projects using (project_id)
left join agents using (project_id, agent_id)
where
    agent_days.is_on_roster is distinct from coalesce(
        agents.is_on_roster,
        {{ is_on_list('agent_days.agent_id', 'projects.agent_ids') }}
    )
union
select
    project_id,
    messages.local_date
from messages
inner join moved_contacts using (project_id, contact_key)
union
select
    project_id,
    sessions.local_date
from sessions
inner join moved_contacts using (project_id, contact_key)
