{#- The expression is true of every row. Returns the rows of which it is not, null included. -#}
{% test holds(model, expression) %}
select *
from {{ model }}
where ({{ expression }}) is not true
{% endtest %}
