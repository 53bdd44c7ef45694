select
    project_id,
    agent_id,
    agent_name
from {{ source('app', 'agent_names') }}
