-- Every campaign of this run: those with a name at the source, and those only its rows know.
with listed as (
    select * from {{ ref('int_listed_campaigns') }}
),

used as (
    select
        project_id,
        channel,
        campaign_id
    from {{ ref('int_campaign_days') }}
    union
    select
        project_id,
        channel,
        campaign_id
    from {{ ref('int_campaign_remainders') }}
    union
    select
        project_id,
        channel,
        campaign_id
    from {{ ref('int_campaign_messages') }}
),

unlisted as (
    select
        used.project_id,
        used.channel,
        used.campaign_id,
        {{ campaign_label('used.campaign_id') }} as campaign_name
    from used
    left join listed using (project_id, channel, campaign_id)
    where listed.campaign_id is null
)

select * from listed
union all
select
    unlisted.*,
    case
        when unlisted.campaign_id = 'sin_campana' then 'sin clasificar'
        else {{ campaign_purpose(
            'unlisted.project_id', 'unlisted.channel', 'unlisted.campaign_id',
            'unlisted.campaign_name'
        ) }}
    end as purpose
from unlisted
