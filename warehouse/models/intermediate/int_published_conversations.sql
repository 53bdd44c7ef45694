-- Conversations next to the work list that this run does not compute again, as they are published.
with published_conversations as (
    select * from {{ published(
        'fct_conversations',
        ['project_id', 'contact_key', 'local_date', 'first_inbound_at', 'last_message_at'],
        outside=ref('int_work_days')
    ) }} as fct_conversations
),

ranges as (
    select * from {{ ref('int_work_ranges') }}
)

select distinct published_conversations.*
from published_conversations
inner join ranges
    on
        published_conversations.project_id = ranges.project_id
        and published_conversations.local_date >= ranges.first_date - 8
        and published_conversations.local_date <= ranges.last_date + 1
