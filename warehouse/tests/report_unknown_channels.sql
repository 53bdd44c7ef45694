-- Channels of messages and sessions that nobody has described: kept and counted under 'otro'. Holds nothing back.
{{ config(meta={'on_failure': 'report'}) }}
with messages as (
    select
        counted.project_id,
        staged.channel_raw
    from {{ ref('int_messages_with_direction') }} as counted
    inner join {{ ref('stg_indigitall__messages') }} as staged
        using (project_id, message_id)
    where counted.channel = 'otro'
),

sessions as (
    select
        counted.project_id,
        staged.channel_raw
    from {{ ref('fct_agent_sessions') }} as counted
    inner join {{ ref('stg_indigitall__agent_sessions') }} as staged
        using (project_id, agent_session_id)
    where staged.channel = 'otro'
),

unknown as (
    select * from messages
    union all
    select * from sessions
)

select
    project_id,
    channel_raw,
    count(*) as row_count
from unknown
group by 1, 2
