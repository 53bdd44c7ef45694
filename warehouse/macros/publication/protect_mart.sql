{#- Make a published mart's row security, policies and column grants what they must be; acts only where they differ. -#}
{% macro protect_mart(mart) %}
    {%- set state = run_query(
        "select c.relrowsecurity and c.relforcerowsecurity,"
        " array_to_string(array(select p.polname || ' ' || pg_get_expr(p.polqual, p.polrelid) from pg_policy as p"
        " where p.polrelid = c.oid order by 1), ','),"
        " array_to_string(array(select a.attname || ' ' || g.grantee::regrole from pg_attribute as a,"
        " aclexplode(a.attacl) as g where a.attrelid = c.oid order by a.attname, g.grantee::regrole::text), ','),"
        " exists (select from aclexplode(c.relacl) as g where g.grantee <> c.relowner)"
        " from pg_class as c where c.oid = 'marts." ~ mart.name ~ "'::regclass"
    ).rows[0] -%}
    {%- set wanted_policies = [
        'owner_rows true',
        'tenant_rows (project_id = ("substring"((CURRENT_USER)::text, '
        ~ "'^(?:project|rest)_(\\d+)(?:_reveal)?$'::text))::integer)",
    ] -%}
    {%- set statements = [] -%}
    {%- if not state[0] or state[1] != wanted_policies | join(',') -%}
        {%- do statements.append(lock_marts([mart])) -%}
        {%- do statements.append(drop_policies(mart)) -%}
        {%- do statements.extend(row_policies('marts.' ~ mart.name)) -%}
    {%- endif -%}
    {%- if state[3] or state[2] != wanted_grants(mart) | join(',') -%}
        {%- do statements.extend(column_grants(mart)) -%}
    {%- endif -%}
    {%- if statements -%}
        {%- do log('Protecting marts.' ~ mart.name, info=true) -%}
        {%- do run_query('begin;\n' ~ statements | join(';\n') ~ ';\ncommit') -%}
    {%- endif -%}
{% endmacro %}


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


{% macro drop_policies(mart) %}
do $drop$
declare
    policy name;
begin
    for policy in select polname from pg_policy where polrelid = 'marts.{{ mart.name }}'::regclass loop
        execute format('drop policy %I on marts.{{ mart.name }}', policy);
    end loop;
end
$drop$
{% endmacro %}


{#- Who may read which column: "column role", sorted. Personal columns only the reveal role, internal ones nobody. -#}
{% macro wanted_grants(mart) %}
    {%- set grants = [] -%}
    {%- for column in mart.columns.values() -%}
        {%- set meta = column.config.meta if column.config else column.meta -%}
        {%- if meta.get('pii') -%}
            {%- do grants.append(column.name ~ ' reveal_reader') -%}
        {%- elif not meta.get('internal') -%}
            {%- do grants.append(column.name ~ ' tenant_reader') -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(grants | sort) }}
{% endmacro %}


{% macro column_grants(mart) %}
    {%- set readers = {} -%}
    {%- for grant in wanted_grants(mart) -%}
        {%- do readers.setdefault(grant.split(' ')[1], []).append(grant.split(' ')[0]) -%}
    {%- endfor -%}
    {%- set statements = [
        'revoke all on marts.' ~ mart.name ~ ' from tenant_reader, reveal_reader, public',
    ] -%}
    {%- for reader, columns in readers.items() -%}
        {%- do statements.append(
            'grant select (' ~ columns | join(', ') ~ ') on marts.' ~ mart.name ~ ' to ' ~ reader
        ) -%}
    {%- endfor -%}
    {{ return(statements) }}
{% endmacro %}
