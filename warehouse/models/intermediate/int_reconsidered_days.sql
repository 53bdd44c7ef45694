-- Published days on which a verdict has become final, or evidence from elsewhere has changed.
with projects as (
    select * from {{ ref('int_projects') }}
),

agents as (
    select * from {{ ref('int_agents') }}
),

changed_contacts as (
    select
        contacts.project_id,
        contacts.contact_key,
        case when contacts.unlisted_at is null then contacts.channel_instance_id end
            as channel_instance_id
    from {{ ref('int_work_batches') }} as batches
    inner join lateral (
        select * from {{ ref('stg_indigitall__contacts') }} as written
        where
            written.project_id = batches.project_id
            and written.batch_id = batches.batch_id
        {{ by_index() }}
    ) as contacts on true
),

conversations as (
    select * from {{ published('fct_conversations', [
        'project_id', 'local_date', 'is_provisional', 'last_message_at'
    ]) }} as fct_conversations
),

sessions as not materialized (
    select * from {{ published('fct_agent_sessions', [
        'project_id', 'contact_key', 'local_date', 'is_open', 'last_event_at',
        'is_queue_abandoned', 'silent_at'
    ]) }} as fct_agent_sessions
),

known_agents as (
    select * from {{ published('dim_agents', [
        'project_id', 'agent_id', 'is_on_roster'
    ]) }} as dim_agents
),

agent_days as (
    select * from {{ published('fct_agents_daily', [
        'project_id', 'agent_id', 'local_date'
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
    inner join changed_contacts using (project_id, contact_key)
    inner join projects using (project_id)
    where
        projects.has_instance_rules
        and (
            known_contacts.channel_instance_id
            is distinct from changed_contacts.channel_instance_id
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
from known_agents
inner join projects using (project_id)
inner join agent_days using (project_id, agent_id)
left join agents using (project_id, agent_id)
where
    known_agents.is_on_roster is distinct from coalesce(
        agents.is_on_roster,
        {{ is_on_list('known_agents.agent_id', 'projects.agent_ids') }}
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
