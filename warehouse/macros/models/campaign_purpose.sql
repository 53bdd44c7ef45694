{#-
    Purpose of a campaign by the rules of the seed, most particular first: of this project, of this channel, the longest
    pattern. A pattern is the campaign's number, or fits its name as of `like`, in any case. Without a rule: sin clasificar.
-#}
{% macro campaign_purpose(project_id, channel, campaign_id, campaign_name) -%}
    coalesce((
        select rules.purpose
        from {{ ref('campaign_purposes') }} as rules
        where
            coalesce(rules.project_id, {{ project_id }}) = {{ project_id }}
            and coalesce(rules.channel, {{ channel }}) = {{ channel }}
            and (
                rules.campaign_pattern = {{ campaign_id }}
                or lower({{ campaign_name }}) like lower(rules.campaign_pattern)
            )
        order by
            rules.project_id is null,
            rules.channel is null,
            length(rules.campaign_pattern) desc,
            rules.campaign_pattern
        limit 1
    ), 'sin clasificar')
{%- endmacro %}
