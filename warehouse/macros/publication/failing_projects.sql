{#- Owners of a failing test's rows with their number; none when its rows name no owner. -#}
{% macro failing_projects(test) %}
    {%- set owners = [] -%}
    {%- set columns = run_query(
        'select * from (' ~ test.compiled_code ~ '\n) as failing_rows limit 0'
    ).column_names -%}
    {%- if 'project_id' in columns -%}
        {%- set found = run_query(
            'select project_id, count(*) from (' ~ test.compiled_code
            ~ '\n) as failing_rows group by 1 order by 1'
        ) -%}
        {%- for row in found.rows -%}
            {%- do owners.append({'project_id': row[0], 'rows': row[1]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(owners) }}
{% endmacro %}
