{#- An intent without its leading menu code ([1.2.3]), blanks collapsed; case stays. Null when nothing is left. -#}
{% macro clean_intent(column) -%}
    nullif(
        trim(regexp_replace(
            regexp_replace({{ column }}, '^\s*\[[0-9.]+\]', ''), '\s+', ' ', 'g'
        )), ''
    )
{%- endmacro %}
