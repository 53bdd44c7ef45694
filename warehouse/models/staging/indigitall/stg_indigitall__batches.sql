with source as (
    select * from {{ source('indigitall', 'batches') }}
    where status = 'committed'
),

renamed as (
    select
        batch_id,
        project_id,
        endpoint,
        touched_dates,
        committed_at,
        published_at
    from source
)

select * from renamed
