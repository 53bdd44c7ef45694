with projects as (
    select * from {{ ref('int_work_projects') }}
),

campaign_projects as (
    select * from {{ ref('int_campaign_projects') }}
)

select
    project_id,
    projects.project_slug,
    projects.project_name,
    projects.timezone,
    projects.first_message_date as first_local_date,
    projects.last_message_date as last_local_date,
    projects.configuration_hash,
    campaign_projects.campaign_configuration_hash
from projects
inner join campaign_projects using (project_id)
