-- Days of published sessions whose contact still waited on a touched day: a word more or less moves the wait's end.
with projects as (
    select * from {{ ref('int_projects') }}
),

touched as (
    select * from {{ ref('int_touched_days') }}
    where is_source
),

waiting as (
    select * from {{ published(
        'fct_agent_sessions', ['project_id', 'local_date', 'queued_at', 'silent_at']
    ) }} as fct_agent_sessions
    where silent_at is not null
)

select distinct
    waiting.project_id,
    waiting.local_date
from waiting
inner join projects using (project_id)
inner join touched
    on
        waiting.project_id = touched.project_id
        and {{ local_date("(waiting.queued_at - interval '24 hours')", 'projects.timezone') }} <= touched.local_date
        and {{ local_date('waiting.silent_at', 'projects.timezone') }} >= touched.local_date
