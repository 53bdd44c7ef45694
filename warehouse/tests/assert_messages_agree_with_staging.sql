-- Every day of the work list has the messages of staging, no more and no less, and as many inbound ones and
-- delivered ones. Counted from
-- the source's own words, not from the steps between.
with staged as (
    select
        ranges.project_id,
        (messages.sent_at at time zone ranges.timezone)::date as local_date,
        count(*) as message_count,
        count(*) filter (where messages.send_type = 'input') as inbound_count,
        count(*) filter (
            where lower(messages.status_raw) in ('channel_delivered', 'channel_read')
        ) as delivered_count
    from {{ ref('int_work_ranges') }} as ranges
    inner join lateral (
        select * from {{ ref('stg_indigitall__messages') }} as staged_messages
        where
            staged_messages.project_id = ranges.project_id
            and staged_messages.sent_at >= ranges.starts_at
            and staged_messages.sent_at < ranges.ends_at
        {{ by_index() }}
    ) as messages on true
    group by 1, 2
),

built as (
    select
        project_id,
        local_date,
        count(*) as message_count,
        count(*) filter (where direction = 'inbound') as inbound_count,
        count(*) filter (where delivery_status in ('delivered', 'read'))
            as delivered_count
    from {{ ref('fct_messages') }}
    group by 1, 2
)

select
    project_id,
    local_date,
    staged.message_count as staged_messages,
    built.message_count as built_messages,
    staged.inbound_count as staged_inbound,
    built.inbound_count as built_inbound,
    staged.delivered_count as staged_delivered,
    built.delivered_count as built_delivered
from staged
full join built using (project_id, local_date)
where
    staged.message_count is distinct from built.message_count
    or staged.inbound_count is distinct from built.inbound_count
    or staged.delivered_count is distinct from built.delivered_count
