-- Campaigns that count more than their application: one of the two statistics is wrong. Holds nothing back.
{{ config(meta={'on_failure': 'report'}) }}
select *
from {{ ref('int_campaign_remainders') }}
where
    least(
        sent_count, delivered_count, read_count, click_count, error_count,
        unsubscribe_count, chunk_count, cost
    ) < 0
