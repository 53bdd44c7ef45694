{#- What stands under a model's name, table or view, goes in the statement that makes the next one. -#}
{% macro drop_existing(relation) -%}
    {%- set existing = load_cached_relation(relation) -%}
    {%- if existing is not none %}
        drop {{ existing.type }} if exists {{ existing }} cascade;
    {%- endif %}
{%- endmacro %}
