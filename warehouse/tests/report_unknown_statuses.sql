-- States of outgoing messages that nobody has described: kept as 'other', never final. Holds nothing back.
{{ config(meta={'on_failure': 'report'}) }}
select
    messages.project_id,
    staged.status_raw,
    count(*) as message_count
from {{ ref('fct_messages') }} as messages
inner join {{ ref('stg_indigitall__messages') }} as staged using (project_id, message_id)
where messages.delivery_status = 'other'
group by 1, 2
