-- Answers to known questions that the map does not know: kept, not scored. What people wrote stays out of the report.
-- Holds nothing back.
{{ config(meta={'on_failure': 'report'}) }}
select
    project_id,
    question,
    count(*) as answer_count
from {{ ref('fct_survey_answers') }}
where
    measure is not null
    and score is null
group by 1, 2
