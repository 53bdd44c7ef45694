-- Two rules for the same campaigns, or a purpose the law's rules do not know: nobody could say which holds. Stops the
-- build.
with rules as (
    select
        project_id,
        channel,
        lower(trim(campaign_pattern)) as campaign_pattern,
        purpose,
        concat(
            'project ', coalesce(project_id::text, 'every'),
            ', channel ', coalesce(channel, 'every'),
            ', pattern ', coalesce(lower(trim(campaign_pattern)), 'none')
        ) as row_text
    from {{ ref('campaign_purposes') }}
),

faults as (
    select
        row_text,
        'duplicate rule' as fault
    from rules
    group by row_text, project_id, channel, campaign_pattern
    having count(*) > 1
    union all
    select
        row_text,
        'unknown purpose ' || coalesce(purpose, 'none') as fault
    from rules
    where
        coalesce(purpose, '') not in (
            'cobranza', 'comercial', 'informativo',
            'transaccional', 'informacion_solicitada', 'alerta_fraude'
        )
    union all
    select
        row_text,
        'unknown channel' as fault
    from rules
    where channel not in ('push', 'sms', 'email', 'whatsapp', 'inapp')
    union all
    select
        row_text,
        'expected a pattern' as fault
    from rules
    where coalesce(trim(campaign_pattern), '') = ''
)

select
    null::integer as project_id,
    concat('campaign_purposes row (', row_text, '): ', fault) as fault
from faults
