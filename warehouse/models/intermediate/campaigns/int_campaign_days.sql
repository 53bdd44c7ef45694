-- Sends by campaign and day, from the one source that counts them: statistics, else WhatsApp messages.
with statistics as (
    select * from {{ ref('int_campaign_statistics') }}
),

messages as (
    select * from {{ ref('int_campaign_messages') }}
),

counted_messages as (
    select
        project_id,
        channel,
        campaign_id,
        local_date,
        count(*) as sent_count,
        count(*) filter (where is_delivered) as delivered_count,
        count(*) filter (where is_read) as read_count,
        count(*) filter (where is_error) as error_count
    from messages
    where
        not exists (
            select 1
            from statistics
            where
                statistics.project_id = messages.project_id
                and statistics.channel = messages.channel
                and statistics.local_date = messages.local_date
        )
    group by 1, 2, 3, 4
),

counted as (
    select * from statistics
    union all
    select
        project_id,
        channel,
        null as stat_id,
        campaign_id,
        'todas' as platform,
        'sin_categoria' as billing_category,
        local_date,
        sent_count,
        delivered_count,
        read_count,
        null as click_count,
        error_count,
        null as unsubscribe_count,
        null as chunk_count,
        null as billed_count,
        null as cost
    from counted_messages
)

-- a sum over nulls only is null: nobody counted
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
from counted
group by 1, 2, 3, 4, 5, 6
