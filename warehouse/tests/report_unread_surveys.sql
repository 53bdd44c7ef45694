-- Surveys that came back without an answer that could be read: an empty form, or one in another shape. The message is
-- kept. Holds nothing back.
{{ config(meta={'on_failure': 'report'}) }}
select
    messages.project_id,
    messages.message_id
from {{ ref('fct_messages') }} as messages
left join {{ ref('fct_survey_answers') }} as answers using (project_id, message_id)
where
    messages.direction = 'inbound'
    and messages.content_type = 'event'
    and messages.body like '%flowResponse%'
    and answers.message_id is null
