{#- The indexes of a mart: its key, and those its config names. Names are stable over publications. -#}
{% macro mart_indexes(mart) %}
    {%- set indexes = [{
        'name': mart.name ~ '_key', 'columns': mart.config.meta.unique_key, 'is_unique': true
    }] -%}
    {%- for columns in mart.config.meta.get('mart_indexes', []) -%}
        {%- do indexes.append({
            'name': mart.name ~ '_' ~ columns[1:] | join('_'), 'columns': columns, 'is_unique': false
        }) -%}
    {%- endfor -%}
    {%- for index in mart.config.meta.get('partial_indexes', []) -%}
        {%- do indexes.append({
            'name': mart.name ~ '_' ~ index.name, 'columns': index.columns, 'where': index.where
        }) -%}
    {%- endfor -%}
    {{ return(indexes) }}
{% endmacro %}
