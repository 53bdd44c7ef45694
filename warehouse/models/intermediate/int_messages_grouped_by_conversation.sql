-- One row per contact and local day with a counted message: what its messages add up to.
with messages as not materialized (
    select * from {{ ref('fct_messages') }}
    where
        direction in ('inbound', 'bot', 'agent')
        and contact_key is not null
),

fallback_runs as (
    -- bot-handled turns up to and including the next one that was understood share a run number
    select
        *,
        count(*) filter (where not is_fallback) over (
            partition by project_id, contact_key, local_date
            order by sent_at, message_id
        ) as run_number
    from messages
    where is_bot_handled
),

run_lengths as (
    select
        project_id,
        contact_key,
        local_date,
        run_number,
        count(*) filter (where is_fallback) as run_length
    from fallback_runs
    group by 1, 2, 3, 4
),

longest_runs as (
    select
        project_id,
        contact_key,
        local_date,
        max(run_length) as longest_fallback_run
    from run_lengths
    group by 1, 2, 3
),

grouped as (
    select
        project_id,
        contact_key,
        local_date,
        min(entity) as entity,
        min(channel) as channel,
        min(sent_at) as first_message_at,
        max(sent_at) as last_message_at,
        min(sent_at) filter (where direction = 'inbound') as first_inbound_at,
        coalesce(
            (
                array_agg(local_hour order by sent_at, message_id)
                filter (where direction = 'inbound')
            )[1
            ],
            (array_agg(local_hour order by sent_at, message_id))[1]
        ) as local_hour,
        min(local_weekday) as local_weekday,
        count(*) as message_count,
        count(*) filter (where direction = 'inbound') as inbound_message_count,
        count(*) filter (where direction = 'bot') as bot_message_count,
        count(*) filter (where direction = 'agent') as agent_message_count,
        count(*) filter (where is_bot_handled) as bot_handled_count,
        count(*) filter (where is_bot_handled and is_fallback) as fallback_count,
        (array_agg(direction order by sent_at desc, message_id desc))[1]
            as last_direction,
        (
            array_agg(is_bot_handled and is_fallback order by sent_at desc, message_id desc)
            filter (where direction = 'inbound')
        )[1
        ] as is_last_inbound_fallback,
        (
            array_agg(is_fallback order by sent_at desc, message_id desc)
            filter (where is_bot_handled)
        )[1
        ] as is_last_bot_turn_fallback
    from messages
    group by 1, 2, 3
)

select
    grouped.*,
    coalesce(longest_runs.longest_fallback_run, 0) as longest_fallback_run
from grouped
left join longest_runs using (project_id, contact_key, local_date)
