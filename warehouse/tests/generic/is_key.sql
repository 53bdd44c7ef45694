{#-
    The columns together name one row and are never null, save those in `nullable`. With `newest_day_only` just the last
    day of the work list is looked at: for steps whose rows all end up under the same key in a mart that is tested whole.
-#}
{% test is_key(model, columns, nullable=[], newest_day_only=false) %}
select
    project_id,
    {%- for column in columns if column != 'project_id' %}
    {{ column }},
    {%- endfor %}
    count(*) as row_count
from {{ model }}
{%- if newest_day_only %}
where local_date = (select max(days.local_date) from {{ ref('int_work_days') }} as days)
{%- endif %}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {%- for column in columns if column not in nullable %}
    or {{ column }} is null
    {%- endfor %}
{% endtest %}
