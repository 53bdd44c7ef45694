"""The aggregates of the small world, counted from its facts as the warehouse would."""

AGGREGATES = (
    """
    insert into marts.fct_messages_hourly (
        project_id, entity, channel, direction, local_date, local_hour, local_weekday,
        message_count, bot_handled_count, fallback_count, out_of_hours_count,
        final_status_count, delivered_count
    )
    select
        project_id, entity, channel, direction, local_date, local_hour, local_weekday,
        count(*), count(*) filter (where is_bot_handled),
        count(*) filter (where is_bot_handled and is_fallback),
        count(*) filter (where is_out_of_hours),
        count(*) filter (where delivery_status in ('delivered', 'read', 'failed')),
        count(*) filter (where delivery_status in ('delivered', 'read'))
    from marts.fct_messages
    group by 1, 2, 3, 4, 5, 6, 7
    """,
    """
    insert into marts.fct_intents_daily (
        project_id, entity, channel, intent, is_technical_intent, conversation_type, local_date,
        message_count, conversation_count, fallback_count
    )
    select
        m.project_id, m.entity, m.channel, m.intent, m.is_technical_intent, c.conversation_type,
        m.local_date, count(*), count(distinct m.contact_key),
        count(*) filter (where m.is_bot_handled and m.is_fallback)
    from marts.fct_messages as m
    inner join marts.fct_conversations as c using (project_id, contact_key, local_date)
    where m.direction = 'inbound' and m.intent is not null
    group by 1, 2, 3, 4, 5, 6, 7
    """,
    """
    insert into marts.fct_agents_daily (
        project_id, agent_id, is_on_roster, entity, channel, local_date,
        message_count, conversation_count, session_count
    )
    select
        project_id, agent_id, bool_or(is_on_roster), entity, channel, local_date,
        count(*), count(distinct contact_key), 0
    from marts.fct_messages
    where direction = 'agent'
    group by project_id, agent_id, entity, channel, local_date
    """,
    """
    insert into marts.fct_agents_daily (
        project_id, agent_id, is_on_roster, entity, channel, local_date,
        message_count, conversation_count, session_count,
        wait_buckets, wait_bucket_counts, first_response_buckets, first_response_bucket_counts,
        handle_buckets, handle_bucket_counts
    )
    select
        project_id, agent_id, coalesce(agent_id in ('7', '8'), false), entity, channel, local_date,
        0, 0, count(*),
        array_agg(
            case wait_seconds when 0 then 0
            else cast(floor(ln(wait_seconds) / ln(1.1)) as integer) + 1 end
        ) filter (where wait_seconds is not null),
        array_agg(1) filter (where wait_seconds is not null),
        array_agg(cast(floor(ln(first_response_seconds) / ln(1.1)) as integer) + 1)
            filter (where first_response_seconds is not null),
        array_agg(1) filter (where first_response_seconds is not null),
        array_agg(cast(floor(ln(handle_seconds) / ln(1.1)) as integer) + 1)
            filter (where not is_handle_over_limit and handle_seconds is not null),
        array_agg(1) filter (where not is_handle_over_limit and handle_seconds is not null)
    from marts.fct_agent_sessions
    group by project_id, agent_id, entity, channel, local_date
    """,
)
