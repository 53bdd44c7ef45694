{#- None of the columns is ever null. Returns the rows that lack one. -#}
{% test has_values(model, columns) %}
select
    project_id,
    {{ columns | join(',\n    ') }}
from {{ model }}
where
    {%- for column in columns %}
    {{ 'or ' if not loop.first }}{{ column }} is null
    {%- endfor %}
{% endtest %}
