-- Platforms and billing categories nobody has described, kept as otro, and billed messages without a rate. Holds
-- nothing back.
{{ config(meta={'on_failure': 'report'}) }}
select
    project_id,
    local_date,
    channel,
    campaign_id,
    platform,
    billing_category
from {{ ref('fct_campaigns_daily') }}
where
    platform = 'otro'
    or billing_category = 'otro'
    or (billed_count > 0 and cost is null)
