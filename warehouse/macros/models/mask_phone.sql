{#- A phone as people may see it, the same as lib.privacy.mask: enough to recognise, too little to call. -#}
{% macro mask_phone(column) -%}
    case
        when {{ column }} !~ '^[+]?[0-9]{8,15}$' then repeat('*', 8)
        when {{ column }} ~ '^[+]?573[0-9]{9}$' then '+57 3** *** **' || right({{ column }}, 2)
        else '+' || repeat('*', length(ltrim({{ column }}, '+')) - 2) || right({{ column }}, 2)
    end
{%- endmacro %}
