{#-
    The first value of a key in a JSON text, null when absent. It never fails on a text that is no JSON (PostgreSQL 15
    has no soft cast): only strings with plain escapes are read.
-#}
{% macro json_text(column, key) -%}
    ('"' || substring(
        {{ column }}
        from '"{{ key }}"\s*:\s*"((?:[^"\\[:cntrl:]]|\\["\\/bfnrt]|\\u(?!0000|[dD][89a-fA-F])[0-9a-fA-F]{4})*)"'
    ) || '"')::jsonb #>> '{}'
{%- endmacro %}
