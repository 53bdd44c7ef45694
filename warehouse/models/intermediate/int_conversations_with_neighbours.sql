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

projects as (
    select * from {{ ref('int_projects') }}
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
        neighbours.*,
        lag(neighbours.last_message_at) over contact_days as previous_message_at,
        lead(neighbours.first_inbound_at) over contact_days as next_inbound_at,
        -- counted among the conversations in which the contact wrote
        case
            when neighbours.first_inbound_at is not null
                then
                    lag(neighbours.local_date, projects.high_frequency_limit) over (
                        partition by
                            neighbours.project_id,
                            neighbours.contact_key,
                            neighbours.first_inbound_at is null
                        order by neighbours.local_date
                    )
        end as frequent_from_date
    from neighbours
    inner join projects using (project_id)
    window contact_days as (
        partition by neighbours.project_id, neighbours.contact_key
        order by neighbours.local_date
    )
),

measured as (
    select
        *,
        -- rounded up: whoever came back after the window did not come back within it
        ceil(extract(epoch from first_inbound_at - previous_message_at))::bigint
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
    end as seconds_since_previous,
    case
        when frequent_from_date >= local_date - 6 then frequent_from_date
    end as frequent_since
from measured
