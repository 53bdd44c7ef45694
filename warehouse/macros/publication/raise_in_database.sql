{#-
    A statement that fails with this text. A hook that raises inside Jinja ends dbt before it has written its results;
    one whose statement fails is an ordinary failure with exit code 1.
-#}
{% macro raise_in_database(title, lines) %}
    {%- set text = (title ~ ':\n' ~ lines | join('\n')) | replace("'", "''") | replace('%', '%%') -%}
    {{ return("do $raise$ begin raise exception '" ~ text ~ "'; end $raise$") }}
{% endmacro %}
