{#-
    Rows of a published mart that this run does not compute again, as a subquery: the past a model may need. Empty on
    a full refresh, which computes everything. `outside` names a table of (project_id, local_date) left out.
-#}
{% macro published(model, columns, outside=none) -%}
    {%- set relation = api.Relation.create(
        database=target.database, schema='marts', identifier=model
    ) -%}
    (
        select
            {{ columns | join(', ') }}
        {%- if is_full_refresh() %}
        -- nothing is published yet that this run would keep: the shape only
        from {{ published_shape(model) }}
        where false
        {%- else %}
        from {{ relation }} as published
        {%- if outside %}
        where
            not exists (
                select 1
                from {{ outside }} as left_out
                where
                    left_out.project_id = published.project_id
                    and left_out.local_date = published.local_date
            )
        {%- endif %}
        {%- endif %}
    )
{%- endmacro %}
