{#- The columns are never null and together name one row. -#}
{% test is_key(model, columns) %}
select
    project_id,
    {%- for column in columns if column != 'project_id' %}
    {{ column }},
    {%- endfor %}
    count(*) as row_count
from {{ model }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {%- for column in columns %}
    or {{ column }} is null
    {%- endfor %}
{% endtest %}
