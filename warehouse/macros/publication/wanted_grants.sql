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
