with projects as (
    select * from {{ ref('int_work_projects') }}
),

days as (
    select * from {{ ref('int_calendar_days') }}
),

holidays as (
    select * from {{ ref('holidays') }}
),

known_years as (
    select
        date_trunc('year', min(holiday_date))::date as first_date,
        (date_trunc('year', max(holiday_date)) + interval '1 year')::date as end_date
    from holidays
),

described as (
    select
        days.local_date,
        extract(isodow from days.local_date)::integer as local_weekday,
        holidays.name_es as holiday_name,
        -- outside the seed's years nobody knows
        case
            when
                days.local_date >= known_years.first_date
                and days.local_date < known_years.end_date
                then holidays.holiday_date is not null
        end as is_holiday,
        lag(holidays.holiday_date) over (order by days.local_date) is not null
            as is_after_holiday,
        lead(holidays.holiday_date) over (order by days.local_date) is not null
            as is_before_holiday
    from days
    cross join known_years
    left join holidays on days.local_date = holidays.holiday_date
)

select
    projects.project_id,
    described.local_date,
    extract(week from described.local_date)::integer as iso_week,
    date_trunc('week', described.local_date)::date as week_start,
    date_trunc('month', described.local_date)::date as month_start,
    date_trunc('quarter', described.local_date)::date as quarter_start,
    extract(year from described.local_date)::integer as year,
    described.local_weekday,
    described.is_holiday,
    described.holiday_name,
    described.local_weekday >= 6 as is_weekend,
    described.local_weekday <= 5 and not described.is_holiday as is_working_day,
    case
        when described.is_holiday is not null
            then
                (described.is_holiday and described.local_weekday in (1, 5))
                or (not described.is_holiday and described.is_after_holiday and described.local_weekday = 5)
                or (not described.is_holiday and described.is_before_holiday and described.local_weekday = 1)
    end as is_bridge_day
from projects
inner join described
    on
        described.local_date >= date_trunc('year', projects.first_message_date)
        and described.local_date
        < date_trunc('year', projects.last_message_date) + interval '1 year'
