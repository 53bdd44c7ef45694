{#- Statements that give a mart's columns to their readers and to nobody else. -#}
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
