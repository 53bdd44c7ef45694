with projects as (
    select * from {{ ref('int_work_projects') }}
),

campaigns as (
    select * from {{ ref('int_campaigns') }}
),

known as (
    select * from {{ published('dim_campaigns', [
        'project_id', 'channel', 'campaign_id', 'campaign_name', 'purpose'
    ]) }} as dim_campaigns
),

days as (
    select
        project_id,
        channel,
        campaign_id,
        local_date,
        nullif(billing_category, 'sin_categoria') as category
    from {{ ref('fct_campaigns_daily') }}
    union all
    select
        project_id,
        channel,
        campaign_id,
        local_date,
        nullif(billing_category, 'sin_categoria') as category
    from {{ published('fct_campaigns_daily', [
        'project_id', 'channel', 'campaign_id', 'local_date', 'billing_category'
    ], outside=ref('int_work_campaign_days')) }} as published_days
    union all
    select
        project_id,
        channel,
        campaign_id,
        local_date,
        null as category
    from {{ ref('fct_campaign_contacts') }}
    union all
    select
        project_id,
        channel,
        campaign_id,
        local_date,
        null as category
    from {{ published('fct_campaign_contacts', [
        'project_id', 'channel', 'campaign_id', 'local_date'
    ], outside=ref('int_work_campaign_days')) }} as published_contacts
),

used as (
    select
        project_id,
        channel,
        campaign_id,
        min(local_date) as first_local_date,
        max(local_date) as last_local_date,
        string_agg(distinct category, ', ' order by category) as billing_categories
    from days
    group by 1, 2, 3
),

named as (
    -- one that is not listed and was used outside the work list only keeps the name it has
    select * from campaigns
    union all
    select known.*
    from known
    inner join used using (project_id, channel, campaign_id)
    left join campaigns using (project_id, channel, campaign_id)
    where campaigns.campaign_id is null
)

select
    named.project_id,
    named.channel,
    named.campaign_id,
    named.campaign_name,
    named.purpose,
    used.billing_categories,
    used.first_local_date,
    used.last_local_date
from named
inner join projects using (project_id)
left join used using (project_id, channel, campaign_id)
