{#-
    The order in which a mart's rows are stored: a fact by day, because readers ask for days. By its key alone a range
    of days would touch as many blocks as rows.
-#}
{% macro stored_order(mart) %}
    {%- set day = mart.config.meta.get('day_column') -%}
    {{ return((['project_id', day] if day else []) + mart.config.meta.unique_key) }}
{% endmacro %}
