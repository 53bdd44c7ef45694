with projects as (
    select * from {{ ref('int_work_projects') }}
),

used as (
    select
        project_id,
        channel,
        false as is_of_campaigns
    from {{ ref('fct_messages_hourly') }}
    union
    select
        project_id,
        channel,
        false as is_of_campaigns
    from {{ ref('fct_agent_sessions') }}
    union
    select
        project_id,
        channel,
        false as is_of_campaigns
    from {{ published(
        'fct_messages_hourly', ['project_id', 'channel'], outside=ref('int_work_days')
    ) }} as published_messages
    union
    select
        project_id,
        channel,
        false as is_of_campaigns
    from {{ published(
        'fct_agent_sessions', ['project_id', 'channel'], outside=ref('int_work_days')
    ) }} as published_sessions
    union
    select
        project_id,
        channel,
        true as is_of_campaigns
    from {{ ref('fct_campaigns_daily') }}
    union
    select
        project_id,
        channel,
        true as is_of_campaigns
    from {{ published(
        'fct_campaigns_daily', ['project_id', 'channel'],
        outside=ref('int_work_campaign_days')
    ) }} as published_campaigns
),

channels as (
    select
        project_id,
        channel,
        bool_or(not is_of_campaigns) as has_conversations,
        bool_or(is_of_campaigns) as has_campaigns
    from used
    group by 1, 2
),

labels as (
    select * from {{ ref('channel_labels') }}
)

select
    channels.project_id,
    channels.channel,
    coalesce(labels.channel_label, initcap(channels.channel)) as channel_label,
    channels.has_conversations,
    channels.has_campaigns
from channels
inner join projects using (project_id)
left join labels using (channel)
