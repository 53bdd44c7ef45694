{#-
    Write, audit, publish: the last of the three. Runs after every dbt command and does something only after a
    `dbt build` that built every mart. Readers see the old state or the new one, never a mixture.
-#}
{% macro publish(results) %}
    {%- if not execute or flags.WHICH != 'build' -%}
        {{ return('') }}
    {%- endif -%}
    {%- set built = [] -%}
    {%- for result in results if result.status | string == 'success' -%}
        {%- do built.append(result.node.unique_id) -%}
    {%- endfor -%}
    {%- set missing = mart_models() | rejectattr('unique_id', 'in', built) | map(attribute='name') | list -%}
    {%- if missing -%}
        {%- do log('Nothing is published: not built in this run: ' ~ missing | join(', '), info=true) -%}
        {{ return('') }}
    {%- endif -%}

    {%- set audit = held_back(results) -%}
    {%- set projects = [] -%}
    {%- set held = {} -%}
    {%- for row in run_query('select project_id from build.int_work_projects order by 1').rows -%}
        {%- if audit.everything -%}
            {%- do held.update({row[0] | int: audit.everything}) -%}
        {%- elif row[0] | int in audit.projects -%}
            {%- do held.update({row[0] | int: audit.projects[row[0] | int]}) -%}
        {%- else -%}
            {%- do projects.append(row[0] | int) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set faults = [] if is_full_refresh() else column_faults() -%}
    {%- if faults -%}
        {{ return(raise_in_database('Nothing was published; run dbt build --full-refresh', faults)) }}
    {%- elif is_full_refresh() and projects -%}
        {%- do publish_all_days(projects, held) -%}
    {%- else -%}
        {%- do publish_work_days(projects, held) -%}
    {%- endif -%}
    {%- do log(
        'Published projects: ' ~ (projects | join(', ') or 'none')
        ~ '; held back: ' ~ (held.keys() | join(', ') or 'none'), info=true
    ) -%}
{% endmacro %}
