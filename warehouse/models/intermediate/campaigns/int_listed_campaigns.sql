-- Campaigns that have a name at the source: those of the lists, and WhatsApp's, named in its statistics.
with projects as (
    select * from {{ ref('int_projects') }}
),

listed as (
    select
        project_id,
        'push' as channel,
        campaign_id,
        campaign_name
    from {{ ref('stg_indigitall__push_campaigns') }}
    union all
    select
        project_id,
        'sms' as channel,
        campaign_id,
        campaign_name
    from {{ ref('stg_indigitall__sms_campaigns') }}
    union all
    select
        project_id,
        'email' as channel,
        campaign_id,
        campaign_name
    from {{ ref('stg_indigitall__email_campaigns') }}
),

whatsapp as (
    -- the name of the latest sending
    select distinct on (project_id, campaign_id)
        project_id,
        'whatsapp' as channel,
        campaign_id,
        campaign_name
    from {{ ref('int_whatsapp_sendings') }}
    order by
        project_id asc,
        campaign_id asc,
        campaign_name is null asc,
        last_date desc,
        sending_id asc
),

named as (
    select * from listed
    union all
    select * from whatsapp
),

labelled as (
    select
        named.project_id,
        named.channel,
        named.campaign_id,
        coalesce(named.campaign_name, {{ campaign_label('named.campaign_id') }})
            as campaign_name
    from named
    inner join projects using (project_id)
)

select
    labelled.*,
    {{ campaign_purpose(
        'labelled.project_id', 'labelled.channel', 'labelled.campaign_id',
        'labelled.campaign_name'
    ) }} as purpose
from labelled
