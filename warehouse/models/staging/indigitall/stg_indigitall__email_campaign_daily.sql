with source as (
    select * from {{ source('indigitall', 'email_campaign_daily') }}
    where deleted_at is null
),

renamed as (
    select
        -- ids
        project_id,
        stat_id,
        payload ->> 'campaignId' as campaign_id,

        -- counts
        {{ json_count('payload', 'numContactsSent') }} as sent_count,
        {{ json_count('payload', 'numContactsDelivered') }} as delivered_count,
        {{ json_count('payload', 'numContactsOpened') }} as read_count,
        {{ json_count('payload', 'numContactsClicked') }} as click_count,
        {{ json_count('payload', 'numContactsBounced') }} as bounced_count,
        {{ json_count('payload', 'numContactsBlocked') }} as blocked_count,
        {{ json_count('payload', 'numContactsSpammed') }} as spam_count,
        {{ json_count('payload', 'numContactsUnsubscribed') }} as unsubscribe_count,
        {{ unreadable_count('payload', [
            'numContactsSent', 'numContactsDelivered', 'numContactsOpened', 'numContactsClicked',
            'numContactsBounced', 'numContactsBlocked', 'numContactsSpammed', 'numContactsUnsubscribed'
        ]) }} as unreadable_count,

        -- dates
        stats_date
    from source
)

select * from renamed
