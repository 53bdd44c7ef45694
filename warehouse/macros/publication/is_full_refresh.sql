{#-
    True when every day is computed: asked for, or a mart is not published yet (first run, a new model), because what a
    model needs of the past it reads from the published marts.
-#}
{% macro is_full_refresh() %}
    {%- if flags.FULL_REFRESH or not execute -%}
        {{ return(true) }}
    {%- endif -%}
    {%- set published = published_tables() -%}
    {%- for mart in mart_models() -%}
        {%- if mart.name not in published -%}
            {{ return(true) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(false) }}
{% endmacro %}
