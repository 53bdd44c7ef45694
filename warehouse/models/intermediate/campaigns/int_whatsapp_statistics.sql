-- WhatsApp statistics of the work list with their cost: the source's, else billed messages at the rate of the day.
with work_days as (
    select * from {{ ref('int_work_campaign_days') }}
),

statistics as (
    select * from {{ ref('stg_indigitall__whatsapp_daily') }}
),

rates as (
    select * from {{ ref('whatsapp_rates') }}
),

billed as (
    -- a message is billed when it is delivered; where that is not reported, when it is sent
    select
        statistics.*,
        case
            when statistics.is_billable
                then coalesce(
                    greatest(statistics.delivered_count, statistics.read_count),
                    statistics.sent_count
                )
            when not statistics.is_billable then 0
        end as billed_count
    from work_days
    inner join statistics
        on
            work_days.project_id = statistics.project_id
            and work_days.local_date = statistics.stats_date
)

select
    billed.project_id,
    billed.stat_id,
    billed.campaign_id,
    billed.billing_category,
    billed.stats_date,
    billed.sent_count,
    billed.delivered_count,
    billed.read_count,
    billed.click_count,
    billed.error_count,
    billed.billed_count,
    rates.rate_cop,
    case
        when billed.cost is not null then billed.cost
        when billed.billed_count = 0 then 0
        else billed.billed_count * rates.rate_cop
    end as cost
from billed
left join rates
    on
        billed.billing_category = rates.category
        and billed.stats_date >= rates.valid_from
        and billed.stats_date <= coalesce(rates.valid_to, 'infinity'::date)
