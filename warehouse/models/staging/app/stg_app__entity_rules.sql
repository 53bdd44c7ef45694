select
    project_id,
    priority,
    rule_kind,
    {{ normalise_spelling('match_value') }} as match_value,
    entity
from {{ source('app', 'entity_rules') }}
