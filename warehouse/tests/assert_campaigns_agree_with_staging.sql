-- Sends and clicks of every channel, platform and day are those of staging: the application's statistics where it has
-- them, else the campaigns'. Counted from staging, not from the steps between.
{%- set tables = [
    ('push', 'platform', 'push_daily', true), ('push', 'platform', 'push_campaign_daily', false),
    ('sms', "'todas'", 'sms_daily', true), ('sms', "'todas'", 'sms_campaign_daily', false),
    ('email', "'todas'", 'email_daily', true), ('email', "'todas'", 'email_campaign_daily', false),
    ('inapp', "'todas'", 'inapp_daily', false), ('whatsapp', "'todas'", 'whatsapp_daily', false)
] %}
with work_days as (
    select * from {{ ref('int_work_campaign_days') }}
),

counted as (
    {%- for channel, platform, table, is_whole in tables %}
        {{ 'union all' if not loop.first }}
        select
            statistics.project_id,
            '{{ channel }}' as channel,
            {{ platform }} as platform,
            statistics.stats_date as local_date,
            {{ is_whole }} as is_whole,
            statistics.sent_count,
            statistics.click_count
        from work_days
        inner join {{ ref('stg_indigitall__' ~ table) }} as statistics
            on
                work_days.project_id = statistics.project_id
                and work_days.local_date = statistics.stats_date
    {%- endfor %}
),

staged as (
    select
        project_id,
        channel,
        platform,
        local_date,
        coalesce(
            sum(sent_count) filter (where is_whole), sum(sent_count)
        ) as sent_count,
        coalesce(
            sum(click_count) filter (where is_whole), sum(click_count)
        ) as click_count
    from counted
    group by 1, 2, 3, 4
),

built as (
    select
        project_id,
        channel,
        platform,
        local_date,
        sum(sent_count) as sent_count,
        sum(click_count) as click_count
    from {{ ref('fct_campaigns_daily') }}
    group by 1, 2, 3, 4
)

-- WhatsApp on a day without statistics is counted by messages: the test after this one
select
    project_id,
    channel,
    local_date,
    staged.sent_count as staged_sent,
    built.sent_count as built_sent,
    staged.click_count as staged_clicks,
    built.click_count as built_clicks
from staged
full join built using (project_id, channel, platform, local_date)
where
    (staged.project_id is not null or channel <> 'whatsapp')
    and (
        staged.sent_count is distinct from built.sent_count
        or staged.click_count is distinct from built.click_count
    )
