{#-
    Open seconds of an entity from the first day of int_business_hours to an instant; `hours` is the row of that table
    for the instant's local day. Null when there is none. Subtract two of them for the time between two instants.
-#}
{% macro open_seconds(instant, hours) -%}
    {{ hours }}.open_seconds_before
    + greatest(extract(epoch from least({{ instant }}, {{ hours }}.closes_at) - {{ hours }}.opens_at), 0)
    + greatest(extract(epoch from least({{ instant }}, {{ hours }}.recloses_at) - {{ hours }}.reopens_at), 0)
{%- endmacro %}
