{#-
    What the audit found, read from the results of this run: {'projects': {id: [reason]}, 'everything': [reason]}.
    A failing test that names the owners of its failing rows (column project_id) holds back those projects. Whatever
    cannot name an owner (a broken test, a model, a unit test, a null project_id as of a seed) holds back everything.
    A test that selects a text `fault` is quoted: whoever reads the reason knows the row.
-#}
{% macro held_back(results) %}
    {%- set projects = {} -%}
    {%- set everything = [] -%}
    {%- for result in results -%}
        {%- set node = result.node -%}
        {%- set status = result.status | string -%}
        {%- if status in ('error', 'fail', 'runtime error') -%}
            {%- do everything.append(node.name ~ ': ' ~ status) -%}
        {%- elif status == 'warn' and node.resource_type == 'test'
                and node.config.meta.get('on_failure') == 'hold_back' -%}
            {%- set owners = failing_projects(node) -%}
            {%- for owner in owners -%}
                {%- set reason = node.name ~ ' (' ~ owner.rows ~ ' rows)' ~ (': ' ~ owner.faults if owner.faults else '') -%}
                {%- if owner.project_id is none -%}
                    {%- do everything.append(reason) -%}
                {%- else -%}
                    {%- do projects.setdefault(owner.project_id | int, []).append(reason) -%}
                {%- endif -%}
            {%- else -%}
                {%- do everything.append(node.name ~ ' (' ~ result.failures ~ ' rows)') -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return({'projects': projects, 'everything': everything}) }}
{% endmacro %}
