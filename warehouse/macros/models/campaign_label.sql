{#- What an unnamed campaign is called: sendings known by their messages only, sends of no campaign, or its number. -#}
{% macro campaign_label(campaign_id) -%}
    case
        when {{ campaign_id }} = 'sin_campana' then 'Sin campaña'
        when {{ campaign_id }} like 'envio\_%' then 'Envío ' || substr({{ campaign_id }}, 7)
        else 'Campaña ' || {{ campaign_id }}
    end
{%- endmacro %}
