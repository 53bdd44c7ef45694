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
