-- What the application's statistics count beyond its campaigns, day by day: the row "Sin campaña", so that the rows of
-- a channel add up to the whole. A measure the application does not report has no remainder; one below zero is kept,
-- since without it the rows would not add up, and a test reports it.
with campaign_days as (
    select
        project_id,
        channel,
        platform,
        local_date,
        sum(sent_count) as sent_count,
        sum(delivered_count) as delivered_count,
        sum(read_count) as read_count,
        sum(click_count) as click_count,
        sum(error_count) as error_count,
        sum(unsubscribe_count) as unsubscribe_count,
        sum(chunk_count) as chunk_count,
        sum(billed_count) as billed_count,
        sum(cost) as cost
    from {{ ref('int_campaign_days') }}
    group by 1, 2, 3, 4
),

application_days as (
    select
        project_id,
        channel,
        platform,
        local_date,
        sum(sent_count) as sent_count,
        sum(delivered_count) as delivered_count,
        sum(read_count) as read_count,
        sum(click_count) as click_count,
        sum(error_count) as error_count,
        sum(unsubscribe_count) as unsubscribe_count,
        sum(chunk_count) as chunk_count,
        sum(billed_count) as billed_count,
        sum(cost) as cost
    from {{ ref('int_application_statistics') }}
    group by 1, 2, 3, 4
),

remainders as (
    select
        project_id,
        channel,
        platform,
        local_date,
        campaign_days.project_id is null as is_all_there_is,
        application_days.sent_count - coalesce(campaign_days.sent_count, 0) as sent_count,
        application_days.delivered_count - coalesce(campaign_days.delivered_count, 0) as delivered_count,
        application_days.read_count - coalesce(campaign_days.read_count, 0) as read_count,
        application_days.click_count - coalesce(campaign_days.click_count, 0) as click_count,
        application_days.error_count - coalesce(campaign_days.error_count, 0) as error_count,
        application_days.unsubscribe_count - coalesce(campaign_days.unsubscribe_count, 0) as unsubscribe_count,
        application_days.chunk_count - coalesce(campaign_days.chunk_count, 0) as chunk_count,
        application_days.billed_count - coalesce(campaign_days.billed_count, 0) as billed_count,
        application_days.cost - coalesce(campaign_days.cost, 0) as cost
    from application_days
    left join campaign_days using (project_id, channel, platform, local_date)
)

select
    project_id,
    channel,
    'sin_campana' as campaign_id,
    platform,
    'sin_categoria' as billing_category,
    local_date,
    sent_count::bigint as sent_count,
    delivered_count::bigint as delivered_count,
    read_count::bigint as read_count,
    click_count::bigint as click_count,
    error_count::bigint as error_count,
    unsubscribe_count::bigint as unsubscribe_count,
    chunk_count::bigint as chunk_count,
    billed_count::bigint as billed_count,
    cost
from remainders
where
    is_all_there_is
    or sent_count <> 0
    or delivered_count <> 0
    or read_count <> 0
    or click_count <> 0
    or error_count <> 0
    or unsubscribe_count <> 0
    or chunk_count <> 0
    or billed_count <> 0
    or cost <> 0
