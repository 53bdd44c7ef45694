-- What publication will mark as published: batches committed before this run began to read.
with batches as (
    select * from {{ ref('stg_indigitall__batches') }}
),

projects as (
    select * from {{ ref('int_projects') }}
)

select
    batches.batch_id,
    batches.project_id,
    batches.endpoint,
    batches.is_about_campaigns,
    batches.touched_dates,
    batches.committed_at
from batches
inner join projects using (project_id)
where batches.published_at is null
