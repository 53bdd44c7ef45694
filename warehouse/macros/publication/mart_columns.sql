{#-
    What keeps the published tables from taking this run's columns, as lines for the reader; none when nothing does.
    A rename, a removal or another type would leave old days in the old shape, so these need all days.
-#}
{% macro column_faults() %}
    {%- set faults = [] -%}
    {%- for mart in mart_models() -%}
        {%- set built = table_columns('build', mart.name) -%}
        {%- for name, type in table_columns('marts', mart.name).items() -%}
            {%- if name not in built -%}
                {%- do faults.append('marts.' ~ mart.name ~ ': ' ~ name ~ ' is gone or renamed') -%}
            {%- elif built[name] != type -%}
                {%- do faults.append(
                    'marts.' ~ mart.name ~ ': ' ~ name ~ ' was ' ~ type ~ ' and is ' ~ built[name]
                ) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(faults) }}
{% endmacro %}


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


{#- Type of each column of a table by name, in the table's order; empty when there is no such table. -#}
{% macro table_columns(schema, name) %}
    {%- set columns = {} -%}
    {%- for row in run_query(
        "select attname, format_type(atttypid, atttypmod) from pg_attribute"
        " where attrelid = to_regclass('" ~ schema ~ "." ~ name ~ "') and attnum > 0"
        " and not attisdropped order by attnum"
    ).rows -%}
        {%- do columns.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}
