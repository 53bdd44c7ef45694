-- The projects this run publishes: those with a batch, or with a day to compute.
with projects as (
    select * from {{ ref('int_projects') }}
),

in_work as (
    select project_id from {{ ref('int_work_batches') }}
    union
    select project_id from {{ ref('int_work_days') }}
    union
    select project_id from {{ ref('int_work_campaign_days') }}
    union
    select project_id from projects
    where needs_all_days
)

select projects.*
from projects
inner join in_work using (project_id)
