{#- Our name of an outgoing message's state; one that nobody has described is 'other', none at all null. -#}
{% macro delivery_status(column) -%}
    case lower(trim({{ column }}))
        when 'channel_sent' then 'sent'
        when 'channel_delivered' then 'delivered'
        when 'channel_read' then 'read'
        when 'channel_failed' then 'failed'
        when '' then null
        else case when {{ column }} is not null then 'other' end
    end
{%- endmacro %}
