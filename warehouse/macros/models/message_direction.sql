{#- Who speaks: the first rule that matches. Only a row nobody else claims is a campaign's, so replies are not sends. -#}
{% macro message_direction(send_type, sending_id, integration) -%}
    case
        when {{ send_type }} = 'input' then 'inbound'
        when {{ send_type }} = 'operator' then 'agent'
        when {{ send_type }} = 'dialogflow' then 'bot'
        when {{ send_type }} = 'agent_notification' then 'system'
        when {{ send_type }} = 'note' then 'note'
        when {{ sending_id }} is not null then 'campaign'
        when {{ integration }} in ('df', 'ai') then 'bot'
        else 'other'
    end
{%- endmacro %}
