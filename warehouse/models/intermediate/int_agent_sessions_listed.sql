-- The sessions endpoint's rows, parsed once for all models of this run.
with sessions as (
    select * from {{ ref('stg_indigitall__agent_sessions') }}
),

projects as (
    select * from {{ ref('int_projects') }}
)

select sessions.*
from sessions
inner join projects using (project_id)
