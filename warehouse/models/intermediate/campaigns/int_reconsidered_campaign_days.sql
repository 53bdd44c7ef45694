-- Published campaign days whose rows would read otherwise now, though nothing touched them: the campaign's name gives
-- it another purpose, or statistics say to which campaign a sending belongs.
with batches as (
    select * from {{ ref('int_work_batches') }}
),

listed as (
    select * from {{ ref('int_listed_campaigns') }}
),

sendings as (
    select * from {{ ref('stg_indigitall__whatsapp_daily') }}
),

published_campaigns as (
    select * from {{ published('dim_campaigns', [
        'project_id', 'channel', 'campaign_id', 'purpose'
    ]) }} as dim_campaigns
),

published_days as (
    select * from {{ published('fct_campaigns_daily', [
        'project_id', 'channel', 'campaign_id', 'local_date'
    ]) }} as fct_campaigns_daily
),

published_contacts as (
    select * from {{ published('fct_campaign_contacts', [
        'project_id', 'channel', 'campaign_id', 'sending_id', 'local_date'
    ]) }} as fct_campaign_contacts
),

named as (
    select
        published_campaigns.*,
        coalesce(
            listed.campaign_name, {{ campaign_label('published_campaigns.campaign_id') }}
        ) as campaign_name
    from published_campaigns
    left join listed using (project_id, channel, campaign_id)
    inner join {{ ref('int_projects') }} using (project_id)
    where published_campaigns.campaign_id <> 'sin_campana'
),

reclassified as (
    select *
    from named
    where
        purpose <> {{ campaign_purpose(
            'named.project_id', 'named.channel', 'named.campaign_id', 'named.campaign_name'
        ) }}
),

statistics_days as (
    select
        project_id,
        unnest(touched_dates) as local_date
    from batches
    where endpoint = 'whatsapp_campaign_daily'
),

touched_sendings as (
    select
        statistics_days.project_id,
        sendings.sending_id
    from statistics_days
    inner join sendings
        on
            statistics_days.project_id = sendings.project_id
            and statistics_days.local_date = sendings.stats_date
    union
    select
        project_id,
        published_contacts.sending_id
    from statistics_days
    inner join published_contacts using (project_id, local_date)
)

select
    project_id,
    published_days.local_date
from reclassified
inner join published_days using (project_id, channel, campaign_id)
union
select
    project_id,
    published_contacts.local_date
from reclassified
inner join published_contacts using (project_id, channel, campaign_id)
union
select
    project_id,
    published_contacts.local_date
from touched_sendings
inner join published_contacts using (project_id, sending_id)
