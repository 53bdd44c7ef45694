-- The law on contacting consumers (Ley 2300 of 2023): when, and for collection how often and through how many channels.
with messages as (
    select * from {{ ref('int_campaign_messages') }}
    where contact_key is not null
),

campaigns as (
    select * from {{ ref('int_campaigns') }}
),

free_days as (
    select * from {{ ref('holidays') }}
    where country = 'CO'
),

sends as (
    select
        messages.*,
        campaigns.purpose,
        campaigns.purpose in ('cobranza', 'comercial', 'informativo') as is_in_scope,
        extract(isodow from messages.local_date)::integer as local_weekday,
        extract(isodow from messages.local_date) = 7
        or free_days.holiday_date is not null as is_free_day
    from messages
    inner join campaigns using (project_id, channel, campaign_id)
    left join free_days on messages.local_date = free_days.holiday_date
),

counted as (
    -- only collection is limited in number, so only its sends are counted against each other
    select
        *,
        row_number() over (
            partition by project_id, contact_key, local_date, purpose
            order by sent_at, message_id
        ) as day_number,
        first_value(channel) over (
            partition by
                project_id, contact_key, date_trunc('week', local_date::timestamp), purpose
            order by sent_at, message_id
        ) as week_channel
    from sends
),

judged as (
    select
        *,
        not is_free_day and case local_weekday
            when 6
                then local_at::time >= '08:00' and local_at::time < '15:00'
            else local_at::time >= '07:00' and local_at::time < '19:00'
        end as is_inside_window,
        purpose <> 'cobranza'
        or (day_number = 1 and channel = week_channel) as is_within_frequency
    from counted
)

select
    project_id,
    message_id,
    channel,
    contact_key,
    sending_id,
    campaign_id,
    purpose,
    sent_at,
    local_date,
    extract(hour from local_at)::integer as local_hour,
    local_weekday,
    is_in_scope,
    is_inside_window,
    is_within_frequency,
    case when is_in_scope then is_inside_window and is_within_frequency end
        as is_compliant,
    case
        when purpose = 'sin clasificar' then 'sin clasificar'
        when not is_in_scope then 'excepción'
        when is_free_day then 'domingo o festivo'
        when not is_inside_window then 'fuera de horario'
        when purpose = 'cobranza' and day_number > 1 then 'más de un contacto al día'
        when not is_within_frequency then 'más de un canal en la semana'
        else 'conforme'
    end as verdict
from judged
