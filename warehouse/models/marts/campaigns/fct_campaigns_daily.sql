with sends as (
    select * from {{ ref('int_campaign_days') }}
    union all
    select * from {{ ref('int_campaign_remainders') }}
),

campaigns as (
    select * from {{ ref('int_campaigns') }}
),

summed as (
    -- a campaign row of the source that names no campaign is part of the rest
    select
        project_id,
        channel,
        campaign_id,
        platform,
        billing_category,
        local_date,
        sum(sent_count)::bigint as sent_count,
        sum(delivered_count)::bigint as delivered_count,
        sum(read_count)::bigint as read_count,
        sum(click_count)::bigint as click_count,
        sum(error_count)::bigint as error_count,
        sum(unsubscribe_count)::bigint as unsubscribe_count,
        sum(chunk_count)::bigint as chunk_count,
        sum(billed_count)::bigint as billed_count,
        sum(cost) as cost
    from sends
    group by 1, 2, 3, 4, 5, 6
)

select
    summed.project_id,
    summed.channel,
    summed.campaign_id,
    summed.platform,
    summed.billing_category,
    campaigns.purpose,
    summed.local_date,
    extract(isodow from summed.local_date)::integer as local_weekday,
    summed.sent_count,
    summed.delivered_count,
    summed.read_count,
    summed.click_count,
    summed.error_count,
    summed.unsubscribe_count,
    summed.chunk_count,
    summed.billed_count,
    summed.cost
from summed
inner join campaigns using (project_id, channel, campaign_id)
