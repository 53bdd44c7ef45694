{#-
    Every value of the columns stands in the other model, within the same project; nulls belong nowhere, nor do rows of
    which the condition `exempt` is true.
-#}
{% test belongs_to(model, columns, to, exempt=none) %}
select distinct
    child.project_id,
    child.{{ columns | join(',\n    child.') }}
from {{ model }} as child
left join {{ to }} as parent
    on
        child.project_id = parent.project_id
        {%- for column in columns %}
        and child.{{ column }} = parent.{{ column }}
        {%- endfor %}
where
    parent.project_id is null
    {%- for column in columns %}
    and child.{{ column }} is not null
    {%- endfor %}
    {%- if exempt %}
    and not (child.{{ exempt }})
    {%- endif %}
{% endtest %}
