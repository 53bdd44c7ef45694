{#-
    A full refresh: every mart is built beside the published one, then all are swapped by name in one transaction.
    A transaction that took its snapshot before the new tables were committed would find them empty after the swap
    (a rename is not subject to snapshots), so the swap waits for the readers of that moment. One that has read any
    mart keeps its lock, which the swap waits for too: nobody reads one mart before and another after it.
-#}
{% macro publish_all_days(projects, held) %}
    {%- set statements = ['begin'] -%}
    {%- for mart in mart_models() -%}
        {%- do statements.append(build_beside(mart, projects)) -%}
    {%- endfor -%}
    {%- do statements.append('commit') -%}
    {%- do run_query(statements | join(';\n')) -%}
    {%- do wait_for_older_readers() -%}

    {%- set published = published_tables() -%}
    {%- set swap = ['begin'] -%}
    {%- do swap.append(lock_marts(mart_models() | selectattr('name', 'in', published) | list)) -%}
    {%- for mart in mart_models() -%}
        {%- do swap.append(swap_in(mart)) -%}
    {%- endfor -%}
    {%- do swap.append(record_publication(projects)) -%}
    {%- do swap.append(record_audit(projects, held)) -%}
    {%- do swap.append('commit') -%}
    {%- do run_query(swap | join(';\n')) -%}
{% endmacro %}
