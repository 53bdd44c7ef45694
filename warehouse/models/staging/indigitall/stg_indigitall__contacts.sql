-- Readers look single rows up by the indexes of raw: so there is no CTE, which PostgreSQL would not look through, and
-- columns that carry an index stay bare.
select
    project_id,
    contact_key,
    contact_id,
    nullif(payload ->> 'instanceId', '') as channel_instance_id,
    nullif(trim(payload ->> 'profileName'), '') as contact_name,
    {{ channel_name("payload ->> 'channel'") }} as channel,
    deleted_at as unlisted_at,
    batch_id
from {{ source('indigitall', 'contacts') }}
