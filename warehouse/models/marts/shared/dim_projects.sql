with projects as (
    select * from {{ ref('int_work_projects') }}
)

select
    project_id,
    project_slug,
    project_name,
    timezone,
    first_message_date as first_local_date,
    last_message_date as last_local_date,
    configuration_hash
from projects
