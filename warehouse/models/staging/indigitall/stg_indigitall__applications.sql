with source as (
    select * from {{ source('indigitall', 'applications') }}
    where deleted_at is null
),

renamed as (
    select
        project_id,
        application_id,
        nullif(trim(payload ->> 'name'), '') as application_name,
        (payload ->> 'chatEnabled') = 'true' as is_chat_enabled,
        {{ parse_timestamp("payload ->> 'createdAt'") }} as created_at
    from source
)

select * from renamed
