-- The work list of campaigns: the weeks that every campaign fact computes again, whole. Weeks, because the law counts
-- the channels that reached a contact by the week. Statistics re-open nothing else; messages re-open the campaign days
-- they were sent on, since a sending without statistics is counted by its messages.
with projects as (
    select * from {{ ref('int_campaign_projects') }}
),

batches as (
    select * from {{ ref('int_work_batches') }}
),

touched as (
    select
        project_id,
        unnest(touched_dates) as local_date
    from batches
    where is_about_campaigns
    union all
    select
        project_id,
        local_date
    from {{ ref('int_touched_days') }}
    union all
    select
        project_id,
        local_date
    from {{ ref('int_reconsidered_campaign_days') }}
    union all
    select
        project_id,
        local_date
    from {{ ref('int_campaign_statistics_days') }}
    union all
    select
        project_id,
        generate_series(first_message_date, last_message_date, interval '1 day')::date
            as local_date
    from projects
    where needs_all_campaign_days
),

weeks as (
    select distinct
        touched.project_id,
        date_trunc('week', touched.local_date::timestamp)::date as week_start
    from touched
    inner join projects using (project_id)
)

select
    project_id,
    generate_series(week_start, week_start + 6, interval '1 day')::date as local_date
from weeks
