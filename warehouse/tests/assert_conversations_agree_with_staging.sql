-- Conversations of a day are the contacts of staging that have a message of a person, the bot or an agent on it.
with staged as (
    select
        ranges.project_id,
        (messages.sent_at at time zone ranges.timezone)::date as local_date,
        count(distinct messages.contact_key) as conversation_count
    from {{ ref('int_work_ranges') }} as ranges
    inner join lateral (
        select * from {{ ref('stg_indigitall__messages') }} as staged_messages
        where
            staged_messages.project_id = ranges.project_id
            and staged_messages.sent_at >= ranges.starts_at
            and staged_messages.sent_at < ranges.ends_at
        {{ by_index() }}
    ) as messages on true
    where
        messages.send_type in ('input', 'operator', 'dialogflow')
        or (
            coalesce(messages.send_type, '') not in ('agent_notification', 'note')
            and messages.sending_id is null
            and messages.integration in ('df', 'ai')
        )
    group by 1, 2
),

built as (
    select
        project_id,
        local_date,
        count(*) as conversation_count
    from {{ ref('fct_conversations') }}
    group by 1, 2
)

select
    project_id,
    local_date,
    staged.conversation_count as staged_conversations,
    built.conversation_count as built_conversations
from staged
full join built using (project_id, local_date)
where
    coalesce(staged.conversation_count, 0)
    <> coalesce(built.conversation_count, 0)
