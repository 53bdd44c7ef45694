-- The contact's conversations just before and just after each one, of this run or as published.
with conversations as (
    select
        project_id,
        contact_key,
        local_date,
        first_inbound_at,
        last_message_at
    from {{ ref('int_messages_grouped_by_conversation') }}
),

neighbours as (
    select * from conversations
    union all
    select
        project_id,
        contact_key,
        local_date,
        first_inbound_at,
        last_message_at
    from {{ ref('int_published_conversations') }}
),

ordered as (
    select
        *,
        lag(last_message_at) over contact_days as previous_message_at,
        lead(first_inbound_at) over contact_days as next_inbound_at
    from neighbours
    window contact_days as (
        partition by project_id, contact_key order by local_date
    )
),

measured as (
    select
        *,
        extract(epoch from first_inbound_at - previous_message_at)::bigint
            as seconds_since_any_previous
    from ordered
)

select
    project_id,
    contact_key,
    local_date,
    coalesce(next_inbound_at <= last_message_at + interval '24 hours', false)
        as is_followed,
    -- further back the work list does not reach
    case
        when seconds_since_any_previous <= 7 * 86400 then seconds_since_any_previous
    end as seconds_since_previous
from measured
