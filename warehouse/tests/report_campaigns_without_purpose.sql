-- Campaigns that reached contacts and that no rule classifies: the law's verdict leaves them out. Holds nothing back.
{{ config(meta={'on_failure': 'report'}) }}
select
    project_id,
    campaign_id,
    count(*) as send_count
from {{ ref('fct_campaign_contacts') }}
where purpose = 'sin clasificar'
group by 1, 2
