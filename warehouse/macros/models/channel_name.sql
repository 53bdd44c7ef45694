{#-
    Our name of a channel: the source calls WhatsApp by the interface it uses. A name nobody has described is 'otro',
    none at all 'desconocido'.
-#}
{% macro channel_name(column) -%}
    case
        when lower(trim({{ column }})) in ('cloudapi', 'whatsapp') then 'whatsapp'
        when lower(trim({{ column }})) in ('webchat', 'sms', 'email', 'push') then lower(trim({{ column }}))
        when coalesce(trim({{ column }}), '') = '' then 'desconocido'
        else 'otro'
    end
{%- endmacro %}
