-- Sessions assigned before they were queued, closed before they were assigned or a month later: those times are
-- null. Holds nothing back.
{{ config(meta={'on_failure': 'report'}) }}
select
    project_id,
    agent_session_id
from {{ ref('fct_agent_sessions') }}
where has_impossible_times
