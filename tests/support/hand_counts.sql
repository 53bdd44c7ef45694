-- Every figure of the page, counted by hand on staging: no mart, no metric definition, nothing shared with dbt.
-- Parameters: project, first_day, last_day (both included, days of Bogotá).
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
        min(agent_id) as agent_id,
        max(queued_at) as queued_at,
        max(assigned_at) as assigned_at,
        max(closed_at) as closed_at,
        min(sent_at) as first_message_at,
        max(sent_at) as last_message_at,
        min(sent_at) filter (where direction = 'agent') as first_response_at
    from spoken where agent_session_id is not null
    group by agent_session_id
),
listed as (
    select * from staging.stg_indigitall__agent_sessions where project_id = :project
),
sessions as (
    select
        agent_session_id,
        coalesce(listed.contact_key, on_messages.contact_key) as contact_key,
        coalesce(listed.queued_at, on_messages.queued_at) as queued_at,
        coalesce(listed.assigned_at, on_messages.assigned_at) as assigned_at,
        coalesce(listed.closed_at, on_messages.closed_at) as closed_at,
        first_message_at,
        last_message_at,
        first_response_at
    from listed full join on_messages using (agent_session_id)
),
timed as (
    select
        *,
        (coalesce(queued_at, assigned_at, closed_at, first_message_at) at time zone 'America/Bogota')::date as local_date,
        extract(epoch from assigned_at - queued_at) as wait,
        extract(epoch from first_response_at - queued_at) as response,
        extract(epoch from closed_at - assigned_at) as handle
    from sessions
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
    where direction in ('inbound', 'bot', 'agent') and local_date between :first_day and :last_day
),
touched as (
    select contact_key, (moment at time zone 'America/Bogota')::date as local_date
    from sessions, unnest(array[queued_at, assigned_at, closed_at]) as moment
    union
    select contact_key, local_date from spoken where agent_session_id is not null
),
talks as (
    select
        contact_key,
        local_date,
        bool_or(direction = 'bot' or is_bot_handled) as has_bot,
        bool_or(direction = 'agent') or exists (
            select from touched
            where touched.contact_key = counted.contact_key and touched.local_date = counted.local_date
        ) as has_human
    from counted
    group by contact_key, local_date
),
roster as (
    select listed.agent_id from listed
    inner join app.projects on projects.project_id = :project
    where listed.agent_domain = any(projects.agent_mail_domains) or listed.agent_id = any(projects.agent_ids)
),
of_period as (
    select * from timed where local_date between :first_day and :last_day
)
select
    (select count(*) from counted) as messages,
    (select count(*) from counted where direction = 'inbound') as inbound_messages,
    (select count(*) from counted where direction = 'bot') as bot_messages,
    (select count(*) from counted where direction = 'agent') as agent_messages,
    (select count(distinct contact_key) from talks) as unique_contacts,
    (select count(*) from talks) as conversations,
    (select count(distinct agent_id) from counted where direction = 'agent' and agent_id in (select agent_id from roster)) as active_agents,
    (select count(*) from counted where is_bot_handled) as bot_handled_messages,
    (select count(*) from counted where is_bot_handled and is_fallback) as fallback_messages,
    (select avg(is_fallback::int) from counted where is_bot_handled) as fallback_rate,
    (select avg(has_human::int) from talks where has_bot) as handoff_rate,
    (select count(*) from of_period) as agent_sessions,
    (select count(*) from of_period where wait >= 0) as wait_count,
    (select percentile_cont(0.5) within group (order by wait) from of_period where wait >= 0) as wait_time_p50,
    (select percentile_cont(0.9) within group (order by wait) from of_period where wait >= 0) as wait_time_p90,
    (select avg(wait) from of_period where wait >= 0) as wait_time_avg,
    (select count(*) from of_period where response >= 0) as first_response_count,
    (select percentile_cont(0.5) within group (order by response) from of_period where response >= 0) as first_response_time_p50,
    (select percentile_cont(0.9) within group (order by response) from of_period where response >= 0) as first_response_time_p90,
    (select avg(response) from of_period where response >= 0) as first_response_time_avg,
    (select count(*) from of_period where handle between 0 and 28800) as handle_count,
    (select percentile_cont(0.5) within group (order by handle) from of_period where handle between 0 and 28800) as handle_time_p50,
    (select percentile_cont(0.9) within group (order by handle) from of_period where handle between 0 and 28800) as handle_time_p90,
    (select avg(handle) from of_period where handle between 0 and 28800) as handle_time_avg
