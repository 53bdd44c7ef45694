with source as (
    select * from {{ source('indigitall', 'sms_campaign_daily') }}
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
        {{ json_count('payload', 'numContactsRejected') }} as rejected_count,
        {{ json_count('payload', 'numContactsClicked') }} as click_count,
        {{ json_count('payload', 'totalChunks') }} as chunk_count,
        {{ json_amount('payload', 'cost') }} as cost,
        {{ unreadable_count('payload', [
            'numContactsSent', 'numContactsDelivered',
            'numContactsRejected', 'numContactsClicked', 'totalChunks'
        ], ['cost']) }} as unreadable_count,

        -- dates
        stats_date
    from source
)

select * from renamed
