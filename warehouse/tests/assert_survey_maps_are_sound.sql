-- Rows of the survey maps that could never apply, or would apply twice.
with questions as (
    select
        concat_ws(', ', 'survey_questions row (' || question, measure, version, valid_from)
        || ')' as row_text,
        question as map_text,
        concat_ws('|', question, valid_from) as map_key,
        measure,
        version,
        valid_from,
        1 as score
    from {{ ref('survey_questions') }}
),

scores as (
    select
        concat_ws(', ', 'survey_scores row (' || measure, answer, score, version, valid_from)
        || ')' as row_text,
        answer as map_text,
        concat_ws('|', measure, answer, valid_from) as map_key,
        measure,
        version,
        valid_from,
        score
    from {{ ref('survey_scores') }}
),

maps as (
    select
        *,
        count(*) over (partition by map_key) as same_key_count
    from questions
    union all
    select
        *,
        count(*) over (partition by map_key) as same_key_count
    from scores
),

judged as (
    select
        row_text,
        case
            when map_text is null or measure is null or version is null or valid_from is null
                then 'expected a value in every column'
            when map_text <> {{ survey_text('map_text') }}
                then 'expected the text ' || {{ survey_text('map_text') }}
            when measure not in ('satisfaction', 'effort')
                then 'expected the measure satisfaction or effort'
            when score is null or score not between 1 and 5
                then 'expected a score from 1 to 5'
            when same_key_count > 1
                then 'expected one row of this text and valid_from'
        end as fault
    from maps
)

select
    null::integer as project_id,
    coalesce(row_text, 'survey map row without text') || ': ' || fault as fault
from judged
where fault is not null
