-- Sessions assigned before they were queued or closed before they were assigned: their times are
-- null. Holds nothing back.
{{ config(meta={'on_failure': 'report'}) }}
select
    project_id,
    agent_session_id
from {{ ref('fct_agent_sessions') }}
where
    assigned_at < queued_at
    or closed_at < assigned_at
