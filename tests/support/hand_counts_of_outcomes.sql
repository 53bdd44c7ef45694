-- What became of conversations, counted by hand on staging: no mart, no metric definition, nothing shared with dbt.
-- Parameters: project, first_day, last_day (both included, days of Bogotá), now, frequent (conversations in 7 days).
with spoken as (
    select
        *,
        (sent_at at time zone 'America/Bogota')::date as local_date,
        case send_type when 'input' then 'inbound' when 'operator' then 'agent' when 'dialogflow' then 'bot'
            when 'agent_notification' then 'system' when 'note' then 'note'
            else case when sending_id is not null then 'campaign' when integration in ('df', 'ai') then 'bot' else 'other' end
        end as direction
    from staging.stg_indigitall__messages
    where project_id = :project
),
on_messages as (
    select
        agent_session_id,
        min(contact_key) as contact_key,
        max(queued_at) as queued_at,
        max(assigned_at) as assigned_at,
        max(closed_at) as closed_at,
        min(sent_at) as first_message_at,
        max(sent_at) as last_message_at
    from spoken where agent_session_id is not null
    group by agent_session_id
),
listed as (
    select * from staging.stg_indigitall__agent_sessions where project_id = :project
),
sessions as (
    select
        coalesce(listed.contact_key, on_messages.contact_key) as contact_key,
        coalesce(listed.queued_at, on_messages.queued_at) as queued_at,
        coalesce(listed.assigned_at, on_messages.assigned_at) as assigned_at,
        coalesce(listed.closed_at, on_messages.closed_at) as closed_at,
        first_message_at,
        last_message_at
    from listed full join on_messages using (agent_session_id)
),
counted as (
    select
        spoken.*,
        direction = 'inbound' and content_type is distinct from 'event' and integration in ('df', 'ai')
        and agent_session_id is null
        and not exists (
            select from sessions
            where
                sessions.contact_key = spoken.contact_key
                and spoken.sent_at >= coalesce(queued_at, assigned_at, first_message_at)
                and spoken.sent_at
                < coalesce(closed_at, greatest(queued_at, assigned_at, last_message_at) + interval '24 hours')
        ) as is_bot_handled
    from spoken
    where direction in ('inbound', 'bot', 'agent')
),
touched as (
    select contact_key, (moment at time zone 'America/Bogota')::date as local_date
    from sessions, unnest(array[queued_at, assigned_at, closed_at]) as moment
    union
    select contact_key, local_date from spoken where agent_session_id is not null
),
turns as (
    select
        *,
        is_fallback and lag(is_fallback) over (
            partition by contact_key, local_date order by sent_at, message_id
        ) as is_second_in_a_row,
        row_number() over (partition by contact_key, local_date order by sent_at desc, message_id desc) = 1 as is_last
    from counted where is_bot_handled
),
lost as (
    select
        contact_key,
        local_date,
        bool_or(is_fallback) as has_fallback,
        bool_or(is_second_in_a_row) as has_loop,
        bool_or(is_last and is_fallback) as ends_lost
    from turns group by 1, 2
),
talks as (
    select
        contact_key,
        local_date,
        max(sent_at) as ended_at,
        min(sent_at) filter (where direction = 'inbound') as begun_at,
        bool_or(direction = 'bot' or is_bot_handled) as has_bot,
        bool_or(direction = 'agent') or exists (
            select from touched
            where touched.contact_key = counted.contact_key and touched.local_date = counted.local_date
        ) as has_human,
        (array_agg(direction order by sent_at desc, message_id desc))[1] = 'bot' as bot_spoke_last,
        (array_agg(is_bot_handled and is_fallback order by sent_at desc, message_id desc) filter (where direction = 'inbound'))[1]
            as last_word_lost
    from counted
    group by contact_key, local_date
),
judged as (
    select
        talks.*,
        coalesce(has_fallback, false) as has_fallback,
        coalesce(has_loop, false) as has_loop,
        coalesce(ends_lost, false) as ends_lost,
        ended_at + interval '24 hours' <= :now as is_final,
        coalesce(bot_spoke_last and last_word_lost, false) as is_abandoned,
        (select max(earlier.ended_at) from talks as earlier where earlier.contact_key = talks.contact_key and earlier.local_date < talks.local_date)
            as previous_end,
        exists (
            select from talks as later
            where
                later.contact_key = talks.contact_key and later.local_date > talks.local_date
                and later.begun_at <= talks.ended_at + interval '24 hours'
        ) as came_back
    from talks left join lost using (contact_key, local_date)
),
of_period as (
    select *, not has_human and not ends_lost and not came_back as is_effective
    from judged where local_date between :first_day and :last_day
),
sent as (
    select * from counted where direction in ('bot', 'agent') and local_date between :first_day and :last_day
),
surveys as (
    -- the sandbox's answers begin with their digit, its question about satisfaction asks how one rates the attention
    select substring(body from '(?i)"[^"]*califica[^"]*atenci[^"]*"\s*:\s*"\s*([1-5])')::integer as score
    from counted
    where content_type = 'event' and body like '%flowResponse%' and local_date between :first_day and :last_day
)
select
    (select count(*) from of_period where not is_final) as provisional_conversations,
    (select avg((not has_human)::int) from of_period where has_bot) as containment_rate,
    (select count(*) from of_period where has_bot and is_final) as final_bot_conversations,
    (select count(*) from of_period where has_bot and is_final and is_effective) as effective_containments,
    (select avg(is_effective::int) from of_period where has_bot and is_final) as effective_containment_rate,
    (select avg(has_fallback::int) from of_period where has_bot) as fallback_conversation_rate,
    (select avg(is_abandoned::int) from of_period where has_bot) as bot_abandonment_rate,
    (select count(*) from of_period where has_loop) as fallback_loops,
    (select avg(has_loop::int) from of_period where has_bot) as fallback_loop_rate,
    (select avg(coalesce(begun_at - previous_end <= interval '24 hours', false)::int) from of_period) as repeat_contact_rate_24h,
    (select avg(coalesce(begun_at - previous_end <= interval '72 hours', false)::int) from of_period) as repeat_contact_rate_72h,
    (select avg(coalesce(begun_at - previous_end <= interval '7 days', false)::int) from of_period) as repeat_contact_rate_7d,
    (
        select count(distinct contact_key) from of_period as last_one
        where
            begun_at is not null
            and (
                select count(*) from of_period as others
                where
                    others.contact_key = last_one.contact_key and others.begun_at is not null
                    and others.local_date between last_one.local_date - 6 and last_one.local_date
            ) > :frequent
    ) as high_frequency_contacts,
    (
        select avg((delivery_status <> 'failed')::int) from sent
        where delivery_status in ('delivered', 'read', 'failed')
    ) as message_delivery_rate,
    (select count(*) from surveys) as survey_responses,
    (select count(score) from surveys) as csat_answers,
    (select case when count(score) >= 5 then avg((score >= 4)::int) filter (where score is not null) end from surveys) as csat
