{#- Row security of a mart: a project's role sees the rows of its project, the owner sees all. -#}
{% macro row_policies(table) %}
    {{ return([
        'alter table ' ~ table ~ ' enable row level security',
        'alter table ' ~ table ~ ' force row level security',
        'create policy owner_rows on ' ~ table ~ ' for all to indigo_owner using (true) with check (true)',
        'create policy tenant_rows on ' ~ table ~ ' for select to tenant_reader using '
        ~ "(project_id = substring(current_user::text from '^(?:project|rest)_(\\d+)(?:_reveal)?$')::integer)",
    ]) }}
{% endmacro %}
