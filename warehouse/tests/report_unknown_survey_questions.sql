-- Questions of surveys that the map does not know: kept, not scored. Holds nothing back.
{{ config(meta={'on_failure': 'report'}) }}
select
    project_id,
    question,
    count(*) as answer_count
from {{ ref('fct_survey_answers') }}
where measure is null
group by 1, 2
