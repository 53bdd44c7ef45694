-- No CTE: PostgreSQL would not look through it to the index of events.
select
    project_id,
    message_id,
    contact_key,
    {{ json_text('content', 'entity') }} as entity_raw,
    sent_at as answered_at,
    {{ normalise_spelling(json_text('content', 'entity')) }} as entity_spelling
from {{ source('indigitall', 'messages') }}
where
    deleted_at is null
    and content_type = 'event'
    and content like '%flowResponse%'
    and {{ normalise_spelling(json_text('content', 'entity')) }} <> ''
