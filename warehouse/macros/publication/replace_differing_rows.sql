{#-
    Statements that put the rows of the projects into a published dimension; rows that stay the same are not touched.
    All of them, or those whose keys stand in the model that meta.rows_in_work names.
-#}
{% macro replace_differing_rows(mart, projects) %}
    {%- set columns = mart.columns.keys() | join(', ') -%}
    {%- set mine = 'where project_id = any(' ~ project_array(projects) ~ ')' -%}
    {%- set in_work = mart.config.meta.get('rows_in_work') -%}
    {%- set former -%}
select {{ columns }} from marts.{{ mart.name }}
    {%- if in_work %} inner join build.{{ in_work }} using ({{ mart.config.meta.unique_key | join(', ') }}){% endif %}
{{ mine }}
    {%- endset %}
delete from marts.{{ mart.name }} as published
using (
    {{ former }}
    except
    select {{ columns }} from build.{{ mart.name }} {{ mine }}
) as gone
where
    {%- for column in mart.config.meta.unique_key %}
    {{ 'and ' if not loop.first }}published.{{ column }} = gone.{{ column }}
    {%- endfor %};
insert into marts.{{ mart.name }} ({{ columns }})
select {{ columns }} from build.{{ mart.name }} {{ mine }}
except
{{ former }}
{% endmacro %}
