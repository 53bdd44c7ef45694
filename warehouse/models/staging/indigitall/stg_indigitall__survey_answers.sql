with source as (
    select * from {{ source('indigitall', 'messages') }}
    where
        deleted_at is null
        and content_type = 'event'
        and content like '%flowResponse%'
),

answers as (
    select
        project_id,
        message_id,
        contact_key,
        {{ json_text('content', 'entity') }} as entity_raw,
        sent_at as answered_at
    from source
),

named as (
    select
        *,
        {{ normalise_spelling('entity_raw') }} as entity_spelling
    from answers
)

select * from named
where entity_spelling <> ''
