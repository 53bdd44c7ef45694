with source as (
    select * from {{ source('indigitall', 'sms_campaigns') }}
    where deleted_at is null
),

renamed as (
    select
        project_id,
        campaign_id,
        nullif(trim(payload ->> 'name'), '') as campaign_name,
        {{ parse_timestamp("payload ->> 'createdAt'") }} as created_at,
        {{ parse_timestamp("payload ->> 'updatedAt'") }} as updated_at
    from source
)

select * from renamed
