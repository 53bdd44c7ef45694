-- Finished days with less than a third or more than three times the messages usual on that weekday: the median of the
-- same weekday of the eight weeks before, where at least four of them have messages and that median is 50 or more.
-- A day of the work list without any message counts as 0. Holds nothing back.
{{ config(meta={'on_failure': 'report'}) }}
with work_days as (
    select
        work.project_id,
        work.local_date
    from {{ ref('int_work_days') }} as work
    inner join {{ ref('int_projects') }} as projects using (project_id)
    where
        work.local_date < {{ local_date(run_now(), 'projects.timezone') }}
        and work.local_date between projects.first_message_date
        and projects.last_message_date
),

hourly as (
    select
        project_id,
        local_date,
        message_count
    from {{ ref('fct_messages_hourly') }}
    union all
    select
        project_id,
        local_date,
        message_count
    from {{ published(
        'fct_messages_hourly', ['project_id', 'local_date', 'message_count'],
        outside=ref('int_work_days')
    ) }} as published_hours
),

days as (
    select
        project_id,
        local_date,
        sum(message_count) as message_count
    from hourly
    group by 1, 2
),

usual as (
    select
        work_days.project_id,
        work_days.local_date,
        percentile_cont(0.5) within group (order by days.message_count) as usual_count,
        count(*) as week_count
    from work_days
    inner join days
        on
            work_days.project_id = days.project_id
            and days.local_date in (
                work_days.local_date - 7, work_days.local_date - 14,
                work_days.local_date - 21, work_days.local_date - 28,
                work_days.local_date - 35, work_days.local_date - 42,
                work_days.local_date - 49, work_days.local_date - 56
            )
    group by 1, 2
)

select
    usual.project_id,
    usual.local_date,
    usual.usual_count,
    coalesce(days.message_count, 0) as message_count
from usual
left join days using (project_id, local_date)
where
    usual.week_count >= 4
    and usual.usual_count >= 50
    and (
        coalesce(days.message_count, 0) < usual.usual_count / 3
        or coalesce(days.message_count, 0) > usual.usual_count * 3
    )
