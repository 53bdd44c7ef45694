{#-
    A text of the source as an instant, null for what is none: one malformed time must not stop the build of every
    project. PostgreSQL 15 has no cast that fails softly, so a function of schema raw checks the text first, month
    lengths included; the typed columns of raw.agent_sessions are made with it too. Years from 2000 to 2099; a text
    without offset is UTC.
-#}
{% macro parse_timestamp(column) -%}
    raw.instant({{ column }})
{%- endmacro %}
