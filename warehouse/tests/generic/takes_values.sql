{#- The column takes one of these values, or is null. Returns the others, with how often they occur. -#}
{% test takes_values(model, column_name, values) %}
select
    project_id,
    {{ column_name }},
    count(*) as row_count
from {{ model }}
where {{ column_name }} not in ('{{ values | join("', '") }}')
group by 1, 2
{% endtest %}
