with messages as (
    select * from {{ ref('fct_messages') }}
)

select
    project_id,
    entity,
    channel,
    direction,
    local_date,
    local_hour,
    local_weekday,
    count(*) as message_count,
    count(*) filter (where is_bot_handled) as bot_handled_count,
    count(*) filter (where is_bot_handled and is_fallback) as fallback_count,
    count(*) filter (where is_out_of_hours) as out_of_hours_count,
    count(*) filter (where delivery_status in ('delivered', 'read', 'failed'))
        as final_status_count,
    count(*) filter (where delivery_status in ('delivered', 'read'))
        as delivered_count
from messages
group by 1, 2, 3, 4, 5, 6, 7
