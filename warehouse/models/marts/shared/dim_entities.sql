with projects as (
    select * from {{ ref('int_work_projects') }}
),

rules as (
    select * from {{ ref('stg_app__entity_rules') }}
)

select
    projects.project_id,
    rules.entity
from projects
inner join rules using (project_id)
union
select
    project_id,
    'Sin entidad' as entity
from projects
