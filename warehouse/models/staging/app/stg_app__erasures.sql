select
    project_id,
    erasure_id,
    contact_key,
    completed_at
from {{ source('app', 'erasures') }}
