{#- The projects a run was asked for; all of them when it was asked for none. -#}
{% macro project_filter() -%}
    {%- set projects = var('projects') -%}
    {{ 'project_id in (' ~ projects | join(', ') ~ ')' if projects else 'true' }}
{%- endmacro %}
