-- Days with data outside the years of the seed holidays: nobody knows whether they are working days. Renew the seed
-- with python -m infra.holidays_seed. Holds nothing back.
{{ config(meta={'on_failure': 'report'}) }}
select
    dates.project_id,
    min(dates.local_date) as first_date,
    max(dates.local_date) as last_date
from {{ ref('dim_dates') }} as dates
inner join {{ ref('dim_projects') }} as projects using (project_id)
where
    dates.is_holiday is null
    and dates.local_date between projects.first_local_date and projects.last_local_date
group by 1
