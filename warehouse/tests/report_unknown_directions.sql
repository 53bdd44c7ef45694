-- Rows of a sender nobody has described: kept, counted nowhere, and worth a look. Holds nothing back.
{{ config(meta={'on_failure': 'report'}) }}
select
    project_id,
    count(*) as message_count
from {{ ref('fct_messages') }}
where direction = 'other'
group by 1
