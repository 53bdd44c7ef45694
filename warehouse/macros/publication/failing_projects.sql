{#-
    Owners of a failing test's rows with their number, and the first three texts of its column `fault` if it has one;
    none when its rows name no owner.
-#}
{% macro failing_projects(test) %}
    {%- set owners = [] -%}
    {%- set columns = run_query(
        'select * from (' ~ test.compiled_code ~ '\n) as failing_rows limit 0'
    ).column_names -%}
    {%- if 'project_id' in columns -%}
        {%- set faults = (
            "array_to_string((array_agg(fault order by fault))[1:3], '; ')" if 'fault' in columns else 'null'
        ) -%}
        {%- set found = run_query(
            'select project_id, count(*), ' ~ faults ~ ' from (' ~ test.compiled_code
            ~ '\n) as failing_rows group by 1 order by 1'
        ) -%}
        {%- for row in found.rows -%}
            {%- do owners.append({'project_id': row[0], 'rows': row[1], 'faults': row[2]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(owners) }}
{% endmacro %}
