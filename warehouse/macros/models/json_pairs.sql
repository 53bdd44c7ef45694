{#-
    The pairs of key and string or number in a JSON text, as rows of two JSON scalars, in their order; nested objects are
    looked into, lists are not. It never fails on a text that is no JSON (PostgreSQL 15 has no soft cast): only strings
    with plain escapes are read.
-#}
{% macro json_pairs(column) -%}
    {%- set plain = '[^"\\\\[:cntrl:]]|\\\\["\\\\/bfnrt]|\\\\u(?!0000|[dD][89a-fA-F])[0-9a-fA-F]{4}' -%}
    {%- set pair = '\\\\u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}' -%}
    {%- set string = '"(?:' ~ plain ~ '|' ~ pair ~ ')*"' -%}
    regexp_matches(
        {{ column }}, '({{ string }})\s*:\s*({{ string }}|-?[0-9]+(?:[.][0-9]+)?)', 'g'
    )
{%- endmacro %}
