-- A day twice would count its opening hours twice, and other countries have other days.
select
    null::integer as project_id,
    concat('holidays row (', holiday_date, ' ', min(name_es), '): expected one row of CO') as fault
from {{ ref('holidays') }}
group by holiday_date
having count(*) > 1 or bool_or(country is distinct from 'CO')
