with projects as (
    select * from {{ ref('int_work_projects') }}
),

days as (
    select * from {{ ref('int_calendar_days') }}
)

select
    projects.project_id,
    days.local_date,
    extract(week from days.local_date)::integer as iso_week,
    date_trunc('week', days.local_date)::date as week_start,
    date_trunc('month', days.local_date)::date as month_start,
    date_trunc('quarter', days.local_date)::date as quarter_start,
    extract(year from days.local_date)::integer as year,
    extract(isodow from days.local_date)::integer as local_weekday
from projects
inner join days
    on
        days.local_date >= date_trunc('year', projects.first_message_date)
        and days.local_date
        < date_trunc('year', projects.last_message_date) + interval '1 year'
