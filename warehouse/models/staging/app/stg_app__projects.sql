select
    project_id,
    slug as project_slug,
    name as project_name,
    timezone,
    kept_from,
    array_to_string(agent_mail_domains, ',') as agent_mail_domains,
    array_to_string(agent_ids, ',') as agent_ids,
    high_frequency_limit::integer as high_frequency_limit
from {{ source('app', 'projects') }}
