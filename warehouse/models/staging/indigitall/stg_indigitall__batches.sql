with source as (
    select * from {{ source('indigitall', 'batches') }}
    where status = 'committed'
),

renamed as (
    select
        batch_id,
        project_id,
        endpoint,
        endpoint in (
            'campaign_purge', 'push_campaigns', 'sms_campaigns', 'email_campaigns',
            'push_daily', 'push_campaign_daily', 'sms_daily', 'sms_campaign_daily',
            'email_daily', 'email_campaign_daily', 'whatsapp_campaign_daily', 'inapp_daily'
        ) as is_about_campaigns,
        touched_dates,
        committed_at,
        published_at
    from source
)

select * from renamed
