-- Statistics by campaign of the work list, every channel in the same words. Null: not reported. Read is delivered.
with statistics as (
    select
        project_id,
        'push' as channel,
        stat_id,
        campaign_id,
        platform,
        'sin_categoria' as billing_category,
        stats_date as local_date,
        sent_count,
        delivered_count,
        null::bigint as read_count,
        click_count,
        case when sent_count >= delivered_count then sent_count - delivered_count end as error_count,
        null::bigint as unsubscribe_count,
        null::bigint as chunk_count,
        null::bigint as billed_count,
        null::numeric as cost
    from {{ ref('stg_indigitall__push_campaign_daily') }}
    union all
    select
        project_id,
        'sms' as channel,
        stat_id,
        campaign_id,
        'todas' as platform,
        'sin_categoria' as billing_category,
        stats_date as local_date,
        sent_count,
        delivered_count,
        null::bigint as read_count,
        click_count,
        rejected_count as error_count,
        null::bigint as unsubscribe_count,
        chunk_count,
        null::bigint as billed_count,
        cost
    from {{ ref('stg_indigitall__sms_campaign_daily') }}
    union all
    select
        project_id,
        'email' as channel,
        stat_id,
        campaign_id,
        'todas' as platform,
        'sin_categoria' as billing_category,
        stats_date as local_date,
        sent_count,
        delivered_count,
        read_count,
        click_count,
        coalesce(bounced_count + blocked_count, bounced_count, blocked_count) as error_count,
        unsubscribe_count,
        null::bigint as chunk_count,
        null::bigint as billed_count,
        null::numeric as cost
    from {{ ref('stg_indigitall__email_campaign_daily') }}
    union all
    select
        project_id,
        'whatsapp' as channel,
        stat_id,
        campaign_id,
        'todas' as platform,
        billing_category,
        stats_date as local_date,
        sent_count,
        delivered_count,
        read_count,
        click_count,
        error_count,
        null::bigint as unsubscribe_count,
        null::bigint as chunk_count,
        billed_count,
        cost
    from {{ ref('int_whatsapp_statistics') }}
    union all
    select
        project_id,
        'inapp' as channel,
        stat_id,
        campaign_id,
        'todas' as platform,
        'sin_categoria' as billing_category,
        stats_date as local_date,
        sent_count,
        null::bigint as delivered_count,
        null::bigint as read_count,
        click_count,
        null::bigint as error_count,
        null::bigint as unsubscribe_count,
        null::bigint as chunk_count,
        null::bigint as billed_count,
        null::numeric as cost
    from {{ ref('stg_indigitall__inapp_daily') }}
)

select
    statistics.project_id,
    statistics.channel,
    statistics.stat_id,
    coalesce(statistics.campaign_id, 'sin_campana') as campaign_id,
    statistics.platform,
    statistics.billing_category,
    statistics.local_date,
    statistics.sent_count,
    case
        when statistics.delivered_count is not null
            then greatest(statistics.delivered_count, statistics.read_count)
    end as delivered_count,
    statistics.read_count,
    statistics.click_count,
    statistics.error_count,
    statistics.unsubscribe_count,
    statistics.chunk_count,
    statistics.billed_count,
    statistics.cost
from statistics
inner join {{ ref('int_work_campaign_days') }} using (project_id, local_date)
