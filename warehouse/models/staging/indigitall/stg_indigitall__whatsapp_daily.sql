with source as (
    select * from {{ source('indigitall', 'whatsapp_campaign_daily') }}
    where deleted_at is null
),

renamed as (
    select
        -- ids
        project_id,
        stat_id,
        payload ->> 'campaignId' as campaign_id,
        nullif(payload ->> 'sendingId', '') as sending_id,

        -- texts
        nullif(trim(payload ->> 'campaignName'), '') as campaign_name,
        {{ billing_category("payload ->> 'category'") }} as billing_category,
        {{ json_boolean('payload', 'billable') }} as is_billable,

        -- counts
        {{ json_count('payload', 'numContactsSent') }} as sent_count,
        {{ json_count('payload', 'numContactsDelivered') }} as delivered_count,
        {{ json_count('payload', 'numContactsRead') }} as read_count,
        {{ json_count('payload', 'numContactsClicked') }} as click_count,
        {{ json_count('payload', 'numContactsError') }} as error_count,
        case
            when coalesce(payload ->> 'currency', 'COP') = 'COP'
                then {{ json_amount('payload', 'cost') }}
        end as cost,
        {{ unreadable_count('payload', [
            'numContactsSent', 'numContactsDelivered',
            'numContactsRead', 'numContactsClicked', 'numContactsError'
        ], ['cost']) }} as unreadable_count,

        -- dates
        stats_date
    from source
)

select * from renamed
