{#-
    A text of the source as an instant, null for what is none: one malformed time must not stop the build of every
    project. PostgreSQL 15 has no cast that fails softly, so the text is checked first, month lengths included.
    Years from 2000 to 2099; a text without offset is UTC.
-#}
{% macro parse_timestamp(column) -%}
    {%- set long = '(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])' -%}
    {%- set short = '(0[469]|11)-(0[1-9]|[12][0-9]|30)' -%}
    {%- set february = '02-(0[1-9]|1[0-9]|2[0-8])' -%}
    {%- set leap_day = '20([02468][048]|[13579][26])-02-29' -%}
    {%- set time = '([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?' -%}
    {%- set day = '(20[0-9]{2}-(' ~ long ~ '|' ~ short ~ '|' ~ february ~ ')|' ~ leap_day ~ ')' -%}
    case
        when {{ column }} ~ '^{{ day }}[T ]{{ time }}(Z|[+-](0[0-9]|1[0-4]):?[0-5][0-9])$'
            then ({{ column }})::timestamptz
        when {{ column }} ~ '^{{ day }}[T ]{{ time }}$'
            then ({{ column }} || 'Z')::timestamptz
    end
{%- endmacro %}
