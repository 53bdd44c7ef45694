{#- How spellings are compared: lower case, blanks collapsed, none outside. -#}
{% macro normalise_spelling(column) -%}
    trim(regexp_replace(lower({{ column }}), '\s+', ' ', 'g'))
{%- endmacro %}
