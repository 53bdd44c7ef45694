-- Days that something asked for, before the days their change reaches are added. `is_source` marks those whose rows
-- changed at the source.
{%- set is_asked = 'true' if var('from') or var('to') else 'false' %}
{%- set first_asked = "'" ~ var('from') ~ "'::date" if var('from') else 'first_date' %}
{%- set last_asked = "'" ~ var('to') ~ "'::date" if var('to') else 'last_date' %}
with projects as (
    select * from {{ ref('int_projects') }}
),

batches as (
    select * from {{ ref('int_work_batches') }}
),

reconsidered as (
    select * from {{ ref('int_reconsidered_days') }}
),

asked as (
    select
        project_id,
        generate_series(
            case when needs_all_days then first_date else {{ first_asked }} end,
            case when needs_all_days then last_date else {{ last_asked }} end,
            interval '1 day'
        )::date as local_date
    from projects
    where needs_all_days or {{ is_asked }}
),

touched as (
    select
        project_id,
        unnest(touched_dates) as local_date,
        true as is_source
    from batches
    where not is_about_campaigns
    union all
    select
        project_id,
        local_date,
        false as is_source
    from asked
    union all
    select
        project_id,
        local_date,
        false as is_source
    from reconsidered
)

select
    touched.project_id,
    touched.local_date,
    bool_or(touched.is_source) as is_source
from touched
inner join projects using (project_id)
group by 1, 2
