-- WhatsApp sends on days without statistics are the messages of staging that carry a sending and that neither contact,
-- bot, agent, system nor note wrote; and each of them with a contact has its verdict.
with days as (
    select
        work.project_id,
        work.local_date,
        work.local_date::timestamp at time zone projects.timezone as starts_at,
        (work.local_date + 1)::timestamp at time zone projects.timezone as ends_at
    from {{ ref('int_work_campaign_days') }} as work
    inner join {{ ref('int_campaign_projects') }} as projects using (project_id)
),

counted_days as (
    select distinct
        project_id,
        stats_date as local_date
    from {{ ref('stg_indigitall__whatsapp_daily') }}
),

staged as (
    select
        days.project_id,
        days.local_date,
        count(*) as sent_count,
        count(messages.contact_key) as contact_count
    from days
    inner join {{ ref('stg_indigitall__messages') }} as messages
        on
            days.project_id = messages.project_id
            and days.starts_at <= messages.sent_at
            and days.ends_at > messages.sent_at
    where
        messages.sending_id is not null
        and coalesce(messages.send_type, '') not in (
            'input', 'operator', 'dialogflow', 'agent_notification', 'note'
        )
    group by 1, 2
),

built as (
    select
        project_id,
        local_date,
        sum(sent_count) as sent_count
    from {{ ref('fct_campaigns_daily') }}
    where channel = 'whatsapp'
    group by 1, 2
),

contacts as (
    select
        project_id,
        local_date,
        count(*) as contact_count
    from {{ ref('fct_campaign_contacts') }}
    group by 1, 2
)

select
    project_id,
    local_date,
    staged.sent_count as staged_sent,
    built.sent_count as built_sent,
    staged.contact_count as staged_contacts,
    contacts.contact_count as built_contacts
from staged
full join built using (project_id, local_date)
full join contacts using (project_id, local_date)
left join counted_days using (project_id, local_date)
where
    (
        counted_days.project_id is null
        and staged.sent_count is distinct from built.sent_count
    )
    or coalesce(staged.contact_count, 0) <> coalesce(contacts.contact_count, 0)
