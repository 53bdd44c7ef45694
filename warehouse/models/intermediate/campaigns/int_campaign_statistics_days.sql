-- Days with statistics, where every day is asked for: history that no batch of this run names.
{%- set tables = [
    'stg_indigitall__push_daily', 'stg_indigitall__push_campaign_daily',
    'stg_indigitall__sms_daily', 'stg_indigitall__sms_campaign_daily',
    'stg_indigitall__email_daily', 'stg_indigitall__email_campaign_daily',
    'stg_indigitall__whatsapp_daily', 'stg_indigitall__inapp_daily'
] %}
{%- set first_asked = "'" ~ var('from') ~ "'::date" if var('from') else "'-infinity'::date" %}
{%- set last_asked = "'" ~ var('to') ~ "'::date" if var('to') else "'infinity'::date" %}
{%- set is_asked = 'true' if var('from') or var('to') else 'false' %}
with projects as (
    select
        project_id,
        case when needs_all_campaign_days then '-infinity'::date else {{ first_asked }} end
            as first_date,
        case when needs_all_campaign_days then 'infinity'::date else {{ last_asked }} end
            as last_date
    from {{ ref('int_campaign_projects') }}
    where needs_all_campaign_days or {{ is_asked }}
)

{%- for table in tables %}
    {{ 'union' if not loop.first }}
    select
        projects.project_id,
        statistics.stats_date as local_date
    from projects
    inner join {{ ref(table) }} as statistics
        on
            projects.project_id = statistics.project_id
            and projects.first_date <= statistics.stats_date
            and projects.last_date >= statistics.stats_date
{%- endfor %}
