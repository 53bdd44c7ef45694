-- Contacts whose row in the dimension may be another than the published one: those with a message on the work list, now
-- or as published, those whose record of the contact list changed, all of a project that is computed whole; and those
-- of campaign messages that are computed again; and those that were erased and are still published.
with projects as (
    select * from {{ ref('int_projects') }}
),

listed as not materialized (
    select * from {{ ref('stg_indigitall__contacts') }}
),

published_contacts as (
    select * from {{ published('dim_contacts', ['project_id', 'contact_key']) }}
        as dim_contacts
),

erasures as (
    select * from {{ ref('stg_app__erasures') }}
),

published_messages as (
    select * from {{ published(
        'fct_messages', ['project_id', 'contact_key', 'local_date']
    ) }} as fct_messages
)

select
    project_id,
    contact_key
from {{ ref('int_contact_days') }}
union
-- the audit looks for the contacts of campaigns among them
select
    project_id,
    contact_key
from {{ ref('int_campaign_messages') }}
where contact_key is not null
union
select
    published_messages.project_id,
    published_messages.contact_key
from published_messages
inner join {{ ref('int_work_days') }} using (project_id, local_date)
where published_messages.contact_key is not null
union
select
    changed.project_id,
    changed.contact_key
from {{ ref('int_work_batches') }} as batches
inner join lateral (
    select * from listed
    where
        listed.project_id = batches.project_id
        and listed.batch_id = batches.batch_id
    {{ by_index() }}
) as changed on true
union
select
    listed.project_id,
    listed.contact_key
from listed
inner join projects using (project_id)
where projects.needs_all_days
union
select
    published_contacts.project_id,
    published_contacts.contact_key
from published_contacts
inner join projects using (project_id)
where projects.needs_all_days
union
select
    published_contacts.project_id,
    published_contacts.contact_key
from erasures
inner join published_contacts using (project_id, contact_key)
inner join projects using (project_id)
where erasures.completed_at is null
