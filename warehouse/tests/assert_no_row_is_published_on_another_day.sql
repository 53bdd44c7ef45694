-- A row whose published day is outside the work list moved without its batch saying so; publishing it
-- again would leave the old day wrong. Name both days to mend it: dbt build --vars '{from: ..., to: ...}'.
with messages as (
    select
        project_id,
        message_id,
        local_date
    from {{ published(
        'fct_messages', ['project_id', 'message_id', 'local_date'],
        outside=ref('int_work_days')
    ) }} as fct_messages
),

sessions as (
    select
        project_id,
        agent_session_id,
        local_date
    from {{ published(
        'fct_agent_sessions', ['project_id', 'agent_session_id', 'local_date'],
        outside=ref('int_work_days')
    ) }} as fct_agent_sessions
)

select
    messages.project_id,
    messages.message_id as row_id,
    messages.local_date
from messages
inner join {{ ref('fct_messages') }} using (project_id, message_id)
union all
select
    sessions.project_id,
    sessions.agent_session_id,
    sessions.local_date
from sessions
inner join {{ ref('fct_agent_sessions') }}
    using (project_id, agent_session_id)
