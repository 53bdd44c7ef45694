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
