{#- Platform of a device: otro for one nobody has described, todas when the channel tells none apart. -#}
{% macro platform_name(column) -%}
    case
        when lower(trim({{ column }})) in ('android', 'ios', 'web') then lower(trim({{ column }}))
        when coalesce(trim({{ column }}), '') = '' then 'todas'
        else 'otro'
    end
{%- endmacro %}
