{#- After publication: a run that held something back fails, and says which test, project and how many rows. -#}
{% macro fail_when_held_back(results) %}
    {%- if execute and flags.WHICH == 'build' -%}
        {%- set audit = held_back(results) -%}
        {%- set lines = [] -%}
        {%- for project_id, reasons in audit.projects.items() -%}
            {%- do lines.append('project ' ~ project_id ~ ' keeps its version: ' ~ reasons | join(', ')) -%}
        {%- endfor -%}
        {%- for reason in audit.everything -%}
            {%- do lines.append('nothing was published: ' ~ reason) -%}
        {%- endfor -%}
        {%- if lines -%}
            {{ return(raise_in_database('Held back by the audit', lines)) }}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}


{#-
    A statement that fails with this text. A hook that raises inside Jinja ends dbt before it has written its results;
    one whose statement fails is an ordinary failure with exit code 1.
-#}
{% macro raise_in_database(title, lines) %}
    {%- set text = (title ~ ':\n' ~ lines | join('\n')) | replace("'", "''") | replace('%', '%%') -%}
    {{ return("do $raise$ begin raise exception '" ~ text ~ "'; end $raise$") }}
{% endmacro %}
