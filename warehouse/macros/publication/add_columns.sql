{#- A new column of a mart appears in the published table, empty on the days that are not computed again. -#}
{% macro add_columns(mart) %}
    {%- set published = table_columns('marts', mart.name) -%}
    {%- set added = [] -%}
    {%- for name, type in table_columns('build', mart.name).items() if name not in published -%}
        {%- do added.append('alter table marts.' ~ mart.name ~ ' add column ' ~ name ~ ' ' ~ type) -%}
    {%- endfor -%}
    {%- if added -%}
        {%- do log('New columns in marts.' ~ mart.name ~ ': ' ~ added | length, info=true) -%}
        {%- do run_query('begin;\n' ~ lock_marts([mart]) ~ ';\n' ~ added | join(';\n') ~ ';\ncommit') -%}
    {%- endif -%}
{% endmacro %}
