with projects as (
    select * from {{ ref('int_work_projects') }}
),

used as (
    select
        project_id,
        channel
    from {{ ref('fct_messages_hourly') }}
    union
    select
        project_id,
        channel
    from {{ ref('fct_agent_sessions') }}
    union
    select
        project_id,
        channel
    from {{ published(
        'fct_messages_hourly', ['project_id', 'channel'], outside=ref('int_work_days')
    ) }} as published_messages
    union
    select
        project_id,
        channel
    from {{ published(
        'fct_agent_sessions', ['project_id', 'channel'], outside=ref('int_work_days')
    ) }} as published_sessions
),

labels as (
    select * from {{ ref('channel_labels') }}
)

select
    used.project_id,
    used.channel,
    coalesce(labels.channel_label, initcap(used.channel)) as channel_label
from used
inner join projects using (project_id)
left join labels using (channel)
