-- Which campaign a WhatsApp sending belongs to: only statistics know both numbers.
with statistics as (
    select * from {{ ref('stg_indigitall__whatsapp_daily') }}
),

projects as (
    select * from {{ ref('int_projects') }}
)

select distinct on (statistics.project_id, statistics.sending_id)
    statistics.project_id,
    statistics.sending_id,
    statistics.campaign_id,
    statistics.campaign_name,
    statistics.stats_date as last_date
from statistics
inner join projects using (project_id)
where statistics.sending_id is not null and statistics.campaign_id is not null
order by
    statistics.project_id asc,
    statistics.sending_id asc,
    statistics.stats_date desc,
    statistics.campaign_name is null asc,
    statistics.stat_id asc
