-- The projects of this run, with what decides how many of their campaign days are computed.
with projects as (
    select * from {{ ref('int_projects') }}
),

rates as (
    select
        string_agg(
            concat_ws('|', category, valid_from, valid_to, rate_cop), e'\n'
            order by category, valid_from
        ) as rates_text
    from {{ ref('whatsapp_rates') }}
),

purposes as (
    select
        projects.project_id,
        string_agg(
            concat_ws('|', rules.channel, rules.campaign_pattern, rules.purpose), e'\n'
            order by rules.channel, rules.campaign_pattern, rules.purpose
        ) as purposes_text
    from projects
    inner join {{ ref('campaign_purposes') }} as rules
        on projects.project_id = coalesce(rules.project_id, projects.project_id)
    group by 1
),

published as (
    select *
    from {{ published('dim_projects', ['project_id', 'campaign_configuration_hash']) }}
        as dim_projects
),

described as (
    select
        projects.project_id,
        projects.timezone,
        projects.first_message_date,
        projects.last_message_date,
        projects.needs_all_days,
        -- campaign history follows these as well; time zone and holidays rewrite all of a project's history
        md5(concat_ws(
            e'\n',
            rates.rates_text,
            purposes.purposes_text
        )) as campaign_configuration_hash
    from projects
    cross join rates
    left join purposes using (project_id)
)

select
    described.project_id,
    described.timezone,
    described.first_message_date,
    described.last_message_date,
    described.campaign_configuration_hash,
    described.needs_all_days or coalesce(
        described.campaign_configuration_hash <> published.campaign_configuration_hash, true
    ) as needs_all_campaign_days
from described
left join published using (project_id)
