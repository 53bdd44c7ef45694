-- WhatsApp messages of campaigns on the days of the work list: rows of a sending that nobody else claims, so a
-- contact's reply, which carries the sending too, is no send.
with days as (
    select
        work.project_id,
        projects.timezone,
        work.local_date,
        work.local_date - row_number() over (
            partition by work.project_id order by work.local_date
        )::integer as island
    from {{ ref('int_work_campaign_days') }} as work
    inner join {{ ref('int_campaign_projects') }} as projects using (project_id)
),

ranges as (
    -- one look into the index of raw messages per range of days without gaps
    select
        project_id,
        timezone,
        min(local_date)::timestamp at time zone timezone as starts_at,
        (max(local_date) + 1)::timestamp at time zone timezone as ends_at
    from days
    group by project_id, timezone, island
),

messages as (
    select * from {{ ref('stg_indigitall__messages') }}
    where sending_id is not null
),

sendings as (
    select * from {{ ref('int_whatsapp_sendings') }}
),

sent as (
    select
        messages.project_id,
        messages.message_id,
        messages.contact_key,
        messages.sending_id,
        messages.delivery_status,
        messages.has_error,
        messages.sent_at,
        messages.sent_at at time zone ranges.timezone as local_at
    from ranges
    inner join messages
        on
            ranges.project_id = messages.project_id
            and ranges.starts_at <= messages.sent_at
            and ranges.ends_at > messages.sent_at
    where
        {{ message_direction(
            'messages.send_type', 'messages.sending_id', 'messages.integration'
        ) }} = 'campaign'
)

select
    sent.project_id,
    sent.message_id,
    'whatsapp' as channel,
    sent.contact_key,
    sent.sending_id,
    coalesce(sendings.campaign_id, 'envio_' || sent.sending_id) as campaign_id,
    coalesce(sent.delivery_status in ('delivered', 'read'), false) as is_delivered,
    coalesce(sent.delivery_status = 'read', false) as is_read,
    coalesce(sent.has_error or sent.delivery_status = 'failed', false) as is_error,
    sent.sent_at,
    sent.local_at,
    sent.local_at::date as local_date
from sent
left join sendings using (project_id, sending_id)
