{#- Replace the days of the work list in every fact and the rows of the projects in every dimension. -#}
{% macro publish_work_days(projects, held) %}
    {%- set statements = ['begin'] -%}
    {%- if projects -%}
        {%- for mart in mart_models() -%}
            {%- do add_columns(mart) -%}
            {%- do protect_mart(mart) -%}
        {%- endfor -%}
        {%- for mart in mart_models() -%}
            {%- do statements.append(
                replace_days(mart, projects) if mart.config.meta.get('day_column')
                else replace_differing_rows(mart, projects)
            ) -%}
        {%- endfor -%}
        {%- do statements.append(record_publication(projects)) -%}
    {%- endif -%}
    {%- do statements.append(record_audit(projects, held)) -%}
    {%- do statements.append('commit') -%}
    {%- do run_query(statements | join(';\n')) -%}
{% endmacro %}
