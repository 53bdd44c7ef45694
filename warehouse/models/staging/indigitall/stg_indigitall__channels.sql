with source as (
    select * from {{ source('indigitall', 'channels') }}
    where deleted_at is null
),

renamed as (
    select
        project_id,
        channel_id as channel_instance_id,
        nullif(trim(payload ->> 'name'), '') as channel_instance_name,
        {{ channel_name("payload ->> 'type'") }} as channel,
        payload ->> 'status' as status
    from source
)

select * from renamed
