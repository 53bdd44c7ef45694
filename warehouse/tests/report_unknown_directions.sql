-- Rows of a sender nobody has described: kept, counted nowhere, and worth a look. Holds nothing back.
{{ config(meta={'on_failure': 'report'}) }}
select
    messages.project_id,
    staged.send_type,
    staged.integration,
    count(*) as message_count
from {{ ref('fct_messages') }} as messages
inner join {{ ref('stg_indigitall__messages') }} as staged using (project_id, message_id)
where messages.direction = 'other'
group by 1, 2, 3
