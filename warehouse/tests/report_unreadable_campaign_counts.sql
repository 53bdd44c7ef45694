-- Rows of statistics with counts or amounts that are negative or no number: those are null. Holds nothing back.
{{ config(meta={'on_failure': 'report'}) }}
{%- for table in [
    'stg_indigitall__push_daily', 'stg_indigitall__push_campaign_daily',
    'stg_indigitall__sms_daily', 'stg_indigitall__sms_campaign_daily',
    'stg_indigitall__email_daily', 'stg_indigitall__email_campaign_daily',
    'stg_indigitall__whatsapp_daily', 'stg_indigitall__inapp_daily'
] %}
    {{ 'union all' if not loop.first }}
    select
        statistics.project_id,
        '{{ table }}' as staging_view,
        statistics.stat_id,
        statistics.unreadable_count
    from {{ ref('int_work_campaign_days') }} as work_days
    inner join {{ ref(table) }} as statistics
        on
            work_days.project_id = statistics.project_id
            and work_days.local_date = statistics.stats_date
    where statistics.unreadable_count > 0
{%- endfor %}
