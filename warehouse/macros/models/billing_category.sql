{#- Category a WhatsApp message is billed under: otro for one nobody has described, sin_categoria when none is given. -#}
{% macro billing_category(column) -%}
    case
        when coalesce(trim({{ column }}), '') = '' then 'sin_categoria'
        when replace(lower(trim({{ column }})), ' ', '_') in (
            'authentication', 'authentication_international', 'marketing', 'marketing_lite',
            'referral', 'service', 'utility'
        ) then replace(lower(trim({{ column }})), ' ', '_')
        else 'otro'
    end
{%- endmacro %}
