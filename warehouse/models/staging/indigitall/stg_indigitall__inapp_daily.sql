with source as (
    select * from {{ source('indigitall', 'inapp_daily') }}
    where deleted_at is null
),

renamed as (
    select
        -- ids
        project_id,
        stat_id,
        payload ->> 'campaignId' as campaign_id,

        -- counts
        {{ json_count('payload', 'numShown') }} as sent_count,
        {{ json_count('payload', 'numClicked') }} as click_count,
        {{ json_count('payload', 'numDismissed') }} as dismissed_count,
        {{ unreadable_count('payload', [
            'numShown', 'numClicked', 'numDismissed'
        ]) }} as unreadable_count,

        -- dates
        stats_date
    from source
)

select * from renamed
