{#- Our name of a channel: the source calls WhatsApp by the interface it uses. -#}
{% macro channel_name(column) -%}
    case
        when lower(trim({{ column }})) in ('cloudapi', 'whatsapp') then 'whatsapp'
        else coalesce(nullif(lower(trim({{ column }})), ''), 'desconocido')
    end
{%- endmacro %}
