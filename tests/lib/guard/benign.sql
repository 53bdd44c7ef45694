-- name: conversations by entity
select entity, count(*) as conversaciones
from marts.fct_conversations
group by entity
order by conversaciones desc;

-- name: messages by day, last thirty days
select local_date, sum(message_count) as mensajes
from marts.fct_messages_hourly
where local_date >= current_date - 30
group by local_date
order by local_date;

-- name: share of each channel
select channel, count(*) as n, round(100.0 * count(*) / sum(count(*)) over (), 1) as porcentaje
from marts.fct_conversations
group by channel;

-- name: moving average of seven days
with diario as (
    select local_date, sum(message_count) as n from marts.fct_messages_hourly group by local_date
)
select local_date, n, avg(n) over (order by local_date rows between 6 preceding and current row) as media
from diario
order by local_date;

-- name: month over month
with meses as (
    select date_trunc('month', local_date) as mes, count(*) as n
    from marts.fct_conversations
    group by date_trunc('month', local_date)
)
select mes::date as mes, n, lag(n) over (order by mes) as anterior,
    round((n - lag(n) over (order by mes))::numeric / nullif(lag(n) over (order by mes), 0) * 100, 1) as variacion
from meses
order by mes;

-- name: the five intents that fail most, by entity
select entity, intent, fallbacks
from (
    select entity, intent, sum(fallback_count) as fallbacks,
        row_number() over (partition by entity order by sum(fallback_count) desc) as puesto
    from marts.fct_intents_daily
    where not is_technical_intent
    group by entity, intent
) as ordenadas
where puesto <= 5 and fallbacks > 0;

-- name: containment rate by week
select date_trunc('week', local_date)::date as semana,
    count(*) filter (where is_contained) as contenidas,
    count(*) as total,
    round(count(*) filter (where is_contained)::numeric / nullif(count(*), 0), 3) as tasa
from marts.fct_conversations
where has_bot_turn
group by 1
order by 1;

-- name: percentiles of waiting
select channel,
    percentile_cont(0.5) within group (order by wait_seconds) as mediana,
    percentile_cont(0.9) within group (order by wait_seconds) as p90,
    percentile_disc(0.99) within group (order by wait_seconds) as p99
from marts.fct_agent_sessions
where wait_seconds is not null
group by channel;

-- name: hours of the day
select extract(hour from queued_at at time zone 'America/Bogota') as hora, count(*) as n
from marts.fct_agent_sessions
group by 1
order by 1;

-- name: agents above the average
with por_agente as (
    select agent_id, sum(session_count) as sesiones from marts.fct_agents_daily group by agent_id
)
select p.agent_id, a.agent_name, p.sesiones
from por_agente as p
left join marts.dim_agents as a on a.agent_id = p.agent_id
where p.sesiones > (select avg(sesiones) from por_agente)
order by p.sesiones desc;

-- name: contacts that came back within three days
select count(distinct contact_key) as contactos
from marts.fct_conversations
where is_repeat_72h and local_date between date '2026-02-01' and date '2026-02-28';

-- name: names of entities in one line
select string_agg(distinct entity, ', ' order by entity) as entidades from marts.dim_entities;

-- name: buckets of waiting
select case
        when wait_seconds < 60 then 'hasta 1 min'
        when wait_seconds < 300 then '1 a 5 min'
        else 'más de 5 min'
    end as tramo,
    count(*) as n
from marts.fct_agent_sessions
group by case when wait_seconds < 60 then 'hasta 1 min' when wait_seconds < 300 then '1 a 5 min' else 'más de 5 min' end;

-- name: this month and last, side by side
select 'este mes' as periodo, count(*) as n from marts.fct_conversations
where local_date >= date_trunc('month', current_date)
union all
select 'mes pasado', count(*) from marts.fct_conversations
where local_date >= date_trunc('month', current_date) - interval '1 month'
    and local_date < date_trunc('month', current_date);

-- name: contacts of campaigns that never wrote
select contact_key from marts.fct_campaign_contacts
except
select contact_key from marts.fct_conversations;

-- name: contacts of both
select contact_key from marts.fct_campaign_contacts
intersect
select contact_key from marts.fct_conversations;

-- name: campaigns and their read rate
select c.campaign_name, sum(f.sent_count) as enviados, sum(f.read_count) as leidos,
    round(sum(f.read_count)::numeric / nullif(sum(f.delivered_count), 0) * 100, 2) as "% leídos"
from marts.fct_campaigns_daily as f
join marts.dim_campaigns as c using (project_id, channel, campaign_id)
group by c.campaign_name
having sum(f.sent_count) > 0
order by enviados desc nulls last
limit 20;

-- name: cost per month and platform
select to_char(date_trunc('month', local_date), 'YYYY-MM') as mes, platform, sum(cost) as costo
from marts.fct_campaigns_daily
group by 1, 2
order by 1, 2;

-- name: days without conversations
select d.local_date
from marts.dim_dates as d
where d.is_working_day
    and not exists (select 1 from marts.fct_conversations as c where c.local_date = d.local_date);

-- name: calendar filled up
select g.dia::date as dia, coalesce(sum(h.message_count), 0) as mensajes
from generate_series(current_date - 14, current_date, interval '1 day') as g(dia)
left join marts.fct_messages_hourly as h on h.local_date = g.dia::date
group by g.dia
order by g.dia;

-- name: heat map of weekday and hour
select local_weekday, local_hour, sum(message_count) as n
from marts.fct_messages_hourly
where direction = 'inbound'
group by local_weekday, local_hour;

-- name: subtotals
select coalesce(entity, 'Total') as entidad, coalesce(channel, 'Todos') as canal, count(*) as n
from marts.fct_conversations
group by rollup (entity, channel);

-- name: grouping sets
select entity, channel, grouping(entity, channel) as nivel, count(*) as n
from marts.fct_conversations
group by grouping sets ((entity), (channel), ());

-- name: the last conversation of each contact
select distinct on (contact_key) contact_key, local_date, entity
from marts.fct_conversations
order by contact_key, local_date desc;

-- name: running total
select local_date, sum(sum(sent_count)) over (order by local_date) as acumulado
from marts.fct_campaigns_daily
group by local_date;

-- name: rank of entities by month
select mes, entity, n, dense_rank() over w as puesto
from (
    select date_trunc('month', local_date) as mes, entity, count(*) as n
    from marts.fct_conversations
    group by 1, 2
) as t
window w as (partition by mes order by n desc);

-- name: quartiles of agents
select agent_id, ntile(4) over (order by sum(conversation_count)) as cuartil
from marts.fct_agents_daily
group by agent_id;

-- name: satisfaction
select question, avg(score)::numeric(4, 2) as media, stddev_samp(score) as desviacion,
    count(*) filter (where is_satisfied) as satisfechos
from marts.fct_survey_answers
where score between 1 and 5
group by question;

-- name: contacts by how often they come
select veces, count(*) as contactos
from (select contact_key, count(*) as veces from marts.fct_conversations group by contact_key) as v
group by veces
order by veces;

-- name: histogram kept in lists
select u.tramo, sum(u.n) as sesiones
from marts.fct_agents_daily as d, unnest(d.wait_buckets, d.wait_bucket_counts) as u(tramo, n)
group by u.tramo
order by u.tramo;

-- name: best day of each entity
select e.entity, mejor.local_date, mejor.n
from marts.dim_entities as e
cross join lateral (
    select c.local_date, count(*) as n
    from marts.fct_conversations as c
    where c.entity = e.entity
    group by c.local_date
    order by n desc, c.local_date
    limit 1
) as mejor;

-- name: compliance of the law
select verdict, count(*) as n, min(sent_at) as primero, max(sent_at) as ultimo
from marts.fct_campaign_contacts
where is_in_scope and purpose <> 'servicio'
group by verdict;

-- name: intents by their beginning
select split_part(intent, '_', 1) as familia, sum(conversation_count) as n
from marts.fct_intents_daily
where intent ~* '^(saldo|pago|cr[eé]dito)' or intent ilike '%tarjeta%'
group by 1;

-- name: labels written well
select initcap(replace(lower(trim(intent)), '_', ' ')) as etiqueta, length(intent) as largo
from marts.dim_intents
where intent_label is null or intent_label <> '';

-- name: correlation
select corr(wait_seconds, handle_seconds) as r, regr_slope(handle_seconds, wait_seconds) as pendiente
from marts.fct_agent_sessions
where handle_seconds is not null;

-- name: minutes of work
select agent_id, round(sum(handle_seconds_sum) / 60.0, 1) as minutos,
    make_date(2026, 2, 1) as desde
from marts.fct_agents_daily
where local_date >= '2026-02-01' and agent_id in ('7', '8')
group by agent_id;

-- name: age of open sessions
select agent_session_id, age(now(), queued_at) as espera,
    extract(epoch from now() - queued_at)::bigint as segundos
from marts.fct_agent_sessions
where is_open
order by queued_at
fetch first 10 rows only;

-- name: weekend against working day
select d.is_weekend, avg(t.n) as media
from (select local_date, count(*) as n from marts.fct_messages group by local_date) as t
join marts.dim_dates as d on d.local_date = t.local_date
group by d.is_weekend;

-- name: most frequent close
select channel, mode() within group (order by close_reason) as cierre
from marts.fct_agent_sessions
group by channel;

-- name: gap between conversations
select percentile_cont(array[0.25, 0.5, 0.75]) within group (order by seconds_since_previous) as cuartiles
from marts.fct_conversations
where seconds_since_previous is not null;

-- name: abandoned and not, in one row
select sum(case when is_queue_abandoned then 1 else 0 end) as abandonadas,
    bool_or(is_transferred) as hubo_traslados,
    greatest(max(wait_seconds), 0) as peor
from marts.fct_agent_sessions;

-- name: chained steps
with base as (
    select entity, local_date, count(*) as n from marts.fct_conversations group by entity, local_date
),
medias as (select entity, avg(n) as media, stddev_pop(n) as s from base group by entity),
raros as (
    select b.entity, b.local_date, b.n from base as b join medias as m on m.entity = b.entity
    where m.s > 0 and abs(b.n - m.media) > 2 * m.s
)
select entity, count(*) as dias from raros group by entity;

-- name: messages by content and status
select content_type, delivery_status, count(*) as n
from marts.fct_messages
where direction in ('bot', 'agent') and delivery_status is not null
group by content_type, delivery_status
order by n desc, content_type;

-- name: fixed list against what there is
select v.canal, count(c.contact_key) as n
from (values ('cloudapi'), ('webchat'), ('sms')) as v(canal)
left join marts.fct_conversations as c on c.channel = v.canal
group by v.canal;

-- name: who answers any of them
select agent_id, agent_name from marts.dim_agents
where agent_id = any (array['7', '8']) and is_on_roster is true;

-- name: first and last of the day
select distinct entity, first_value(local_hour) over (partition by entity order by local_hour) as primera,
    last_value(local_hour) over (
        partition by entity order by local_hour rows between unbounded preceding and unbounded following
    ) as ultima
from marts.fct_messages;

-- name: buckets with their place
select u.n as lugar, sum(u.tramo) as suma
from marts.fct_agents_daily as d cross join unnest(d.wait_buckets) with ordinality as u(tramo, n)
group by u.n;

-- name: counted from a list
select x.canal, x.lugar from unnest(array['sms', 'push']) with ordinality as x(canal, lugar);
