with source as (
    select * from {{ source('indigitall', 'push_daily') }}
    where deleted_at is null
),

renamed as (
    select
        -- ids
        project_id,
        stat_id,

        -- texts
        {{ platform_name("payload ->> 'platformGroup'") }} as platform,

        -- counts
        {{ json_count('payload', 'numDevicesSent') }} as sent_count,
        {{ json_count('payload', 'numDevicesSuccess') }} as delivered_count,
        {{ json_count('payload', 'numDevicesReceived') }} as received_count,
        {{ json_count('payload', 'numDevicesClicked') }} as click_count,
        {{ unreadable_count('payload', [
            'numDevicesSent', 'numDevicesSuccess', 'numDevicesReceived', 'numDevicesClicked'
        ]) }} as unreadable_count,

        -- dates
        stats_date
    from source
)

select * from renamed
