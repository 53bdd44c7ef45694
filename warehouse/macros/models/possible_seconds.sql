{#-
    Whole seconds between two instants; null when one is missing, when the clock runs backwards, or when over 30 days lie
    between, which no queue and no agent ever takes.
-#}
{% macro possible_seconds(start, end) -%}
    case
        when {{ end }} - {{ start }} between interval '0' and interval '30 days'
            then extract(epoch from {{ end }} - {{ start }})::bigint
    end
{%- endmacro %}
