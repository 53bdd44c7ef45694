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
