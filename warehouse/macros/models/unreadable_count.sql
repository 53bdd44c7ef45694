{#- How many of the counts and amounts of a JSON object are there and still null to us: negative, or no number. -#}
{% macro unreadable_count(column, counts, amounts=[]) -%}
    {%- for key in counts %}
    {{ '+ ' if not loop.first }}case
        when trim({{ column }} ->> '{{ key }}') <> '' and {{ column }} ->> '{{ key }}' !~ '^[0-9]{1,15}$'
            then 1
        else 0
    end
    {%- endfor %}
    {%- for key in amounts %}
    + case
        when
            trim({{ column }} ->> '{{ key }}') <> ''
            and {{ column }} ->> '{{ key }}' !~ '^[0-9]{1,12}([.][0-9]{1,6})?$'
            then 1
        else 0
    end
    {%- endfor %}
{%- endmacro %}
