with source as (
    select * from {{ source('indigitall', 'contacts') }}
    where deleted_at is null
),

renamed as (
    select
        project_id,
        contact_key,
        contact_id,
        nullif(payload ->> 'instanceId', '') as channel_instance_id,
        nullif(trim(payload ->> 'profileName'), '') as contact_name,
        {{ channel_name("payload ->> 'channel'") }} as channel
    from source
)

select * from renamed
