with projects as (
    select * from {{ ref('int_work_projects') }}
),

agents as (
    select * from {{ ref('int_agents') }}
),

agent_names as (
    select * from {{ ref('stg_app__agent_names') }}
),

activity as (
    select
        project_id,
        agent_id,
        first_activity_at,
        last_activity_at
    from {{ ref('fct_agents_daily') }}
    union all
    select
        project_id,
        agent_id,
        first_activity_at,
        last_activity_at
    from {{ published(
        'fct_agents_daily',
        ['project_id', 'agent_id', 'first_activity_at', 'last_activity_at'],
        outside=ref('int_work_days')
    ) }} as published_agents
    union all
    select
        project_id,
        agent_id,
        null as first_activity_at,
        null as last_activity_at
    from agents
),

seen as (
    select
        project_id,
        agent_id,
        min(first_activity_at) as first_seen_at,
        max(last_activity_at) as last_seen_at
    from activity
    where agent_id <> 'sin_agente'
    group by 1, 2
)

select
    seen.project_id,
    seen.agent_id,
    coalesce(agent_names.agent_name, 'Agente ' || seen.agent_id) as agent_name,
    agents.agent_email,
    coalesce(agents.is_on_roster, {{ is_on_list('seen.agent_id', 'projects.agent_ids') }})
        as is_on_roster,
    seen.first_seen_at,
    seen.last_seen_at
from seen
inner join projects using (project_id)
left join agents using (project_id, agent_id)
left join agent_names using (project_id, agent_id)
