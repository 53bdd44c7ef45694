{#- Statements that put all rows of the projects into a published dimension; rows that stay the same are not touched. -#}
{% macro replace_differing_rows(mart, projects) %}
    {%- set columns = mart.columns.keys() | join(', ') -%}
    {%- set mine = 'where project_id = any(' ~ project_array(projects) ~ ')' -%}
delete from marts.{{ mart.name }} as published
using (
    select {{ columns }} from marts.{{ mart.name }} {{ mine }}
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
select {{ columns }} from marts.{{ mart.name }} {{ mine }}
{% endmacro %}
