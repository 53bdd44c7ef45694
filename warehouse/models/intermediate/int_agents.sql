-- Agents of the guarded sessions, with the mail address of their latest one. One step along the index of raw sessions
-- per agent, never a look at every session.
with recursive projects as (
    select * from {{ ref('int_projects') }}
),

sessions as not materialized (
    select * from {{ ref('stg_indigitall__agent_sessions') }}
),

found as (
    select
        projects.project_id,
        (
            select min(sessions.agent_id) from sessions
            where sessions.project_id = projects.project_id
        ) as agent_id
    from projects
    union all
    select
        found.project_id,
        (
            select min(sessions.agent_id) from sessions
            where
                sessions.project_id = found.project_id
                and sessions.agent_id > found.agent_id
        ) as agent_id
    from found
    where found.agent_id is not null
),

latest as (
    select
        found.project_id,
        found.agent_id,
        latest_session.agent_email,
        latest_session.agent_domain
    from found
    inner join lateral (
        select
            sessions.agent_email,
            sessions.agent_domain
        from sessions
        where
            sessions.project_id = found.project_id
            and sessions.agent_id = found.agent_id
        order by
            coalesce(sessions.queued_at, sessions.assigned_at, sessions.closed_at)
            desc nulls last,
            sessions.agent_session_id desc
        limit 1
    ) as latest_session on true
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
