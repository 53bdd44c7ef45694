-- Agents of the guarded sessions, with the mail address of their latest one.
with sessions as (
    select * from {{ ref('int_agent_sessions_listed') }}
    where agent_id is not null
),

projects as (
    select * from {{ ref('int_projects') }}
),

latest as (
    select distinct on (project_id, agent_id)
        project_id,
        agent_id,
        agent_email,
        agent_domain
    from sessions
    order by
        project_id asc,
        agent_id asc,
        coalesce(queued_at, assigned_at, closed_at) desc nulls last,
        agent_session_id desc
)

select
    latest.project_id,
    latest.agent_id,
    latest.agent_email,
    coalesce(
        {{ is_on_list('latest.agent_id', 'projects.agent_ids') }}
        or {{ is_on_list('latest.agent_domain', 'projects.agent_mail_domains') }},
        false
    ) as is_on_roster
from latest
inner join projects using (project_id)
