-- Messages and contacts of one entity, counted by hand on staging and the project's rules: no mart, no model of dbt's.
-- Parameters: project, entity, first_day, last_day (both included, days of Bogotá).
with counted as (
    select *, (sent_at at time zone 'America/Bogota')::date as local_date
    from staging.stg_indigitall__messages
    where
        project_id = :project
        and (
            send_type in ('input', 'operator', 'dialogflow')
            or (
                send_type not in ('agent_notification', 'note')
                and sending_id is null
                and integration in ('df', 'ai')
            )
        )
),
days as (
    select distinct
        contact_key,
        local_date,
        (local_date + 1)::timestamp at time zone 'America/Bogota' as ends_at
    from counted
    where local_date between :first_day and :last_day
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
        min(sent_at) filter (where send_type = 'operator') as first_response_at,
        array_agg(distinct (sent_at at time zone 'America/Bogota')::date) as message_dates
    from staging.stg_indigitall__messages
    where project_id = :project and agent_session_id is not null
    group by agent_session_id
),
sessions as (
    select
        agent_session_id,
        coalesce(listed.contact_key, on_messages.contact_key) as contact_key,
        coalesce(listed.agent_id, on_messages.agent_id) as agent_id,
        listed.agent_domain,
        coalesce(listed.queued_at, on_messages.queued_at) as queued_at,
        coalesce(listed.assigned_at, on_messages.assigned_at) as assigned_at,
        coalesce(listed.closed_at, on_messages.closed_at) as closed_at,
        first_message_at,
        first_response_at,
        message_dates
    from (select * from staging.stg_indigitall__agent_sessions where project_id = :project) as listed
    full join on_messages using (agent_session_id)
),
first_sessions as (
    select distinct on (days.contact_key, days.local_date) days.*, sessions.agent_id, sessions.agent_domain
    from days inner join sessions using (contact_key)
    where
        sessions.agent_id is not null
        and coalesce(assigned_at, first_response_at, queued_at, first_message_at) < days.ends_at
        and days.local_date = any(
            array[
                (queued_at at time zone 'America/Bogota')::date,
                (assigned_at at time zone 'America/Bogota')::date,
                (closed_at at time zone 'America/Bogota')::date
            ] || message_dates
        )
    order by
        days.contact_key, days.local_date,
        coalesce(queued_at, assigned_at, first_message_at), agent_session_id
),
evidence as (
    select contact_key, local_date, 'agent' as rule_kind, agent_id as match_value from first_sessions
    union all
    select contact_key, local_date, 'agent_domain', agent_domain from first_sessions
    union all
    select contact_key, local_date, 'contact', contact_key from days
    union all
    select contact_key, local_date, 'survey_alias', (
        select entity_spelling from staging.stg_indigitall__survey_answers as answers
        where
            answers.project_id = :project
            and answers.contact_key = days.contact_key
            and answers.answered_at < days.ends_at
        order by answered_at desc, message_id desc limit 1
    ) from days
),
entities as (
    select distinct on (contact_key, local_date) contact_key, local_date, rules.entity
    from evidence
    inner join app.entity_rules as rules
        on rules.project_id = :project
        and rules.rule_kind = evidence.rule_kind
        and rules.match_value = evidence.match_value
    order by contact_key, local_date, rules.priority
)
select count(*) as messages, count(distinct contact_key) as unique_contacts
from counted inner join entities using (contact_key, local_date)
where entities.entity = :entity
