-- The work list: the local days every fact computes again, whole. A touched day reaches further than itself:
--   the day before looks 24 hours ahead for a new conversation (effective containment);
--   the eight days after look back seven days for the previous one, and one for sessions without a close;
--   the days of a touched session take its agent and its hold on the contact, later days of a contact take the
--   entity of a survey answer that came late (int_reached_days);
--   the days of those who still waited in a queue take the contact's last word (int_reached_queue_days).
with touched as (
    select
        days.project_id,
        days.local_date,
        days.is_source and not projects.needs_all_days as spreads,
        greatest(days.local_date, projects.last_message_date) as last_date
    from {{ ref('int_touched_days') }} as days
    inner join {{ ref('int_projects') }} as projects using (project_id)
),

reached as (
    select * from {{ ref('int_reached_days') }}
),

queues as (
    select * from {{ ref('int_reached_queue_days') }}
)

select
    project_id,
    local_date
from touched
union
select
    project_id,
    generate_series(
        local_date - 1, least(local_date + 8, last_date), interval '1 day'
    )::date as local_date
from touched
where spreads
union
select
    project_id,
    local_date
from reached
union
select
    project_id,
    local_date
from queues
