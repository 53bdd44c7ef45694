-- The contacts of this run's work; all others keep their published row.
with projects as (
    select * from {{ ref('int_work_projects') }}
),

in_work as (
    select * from {{ ref('int_contacts_in_work') }}
),

contacts as (
    select * from {{ ref('stg_indigitall__contacts') }}
),

messages as not materialized (
    select * from {{ ref('stg_indigitall__messages') }}
),

looked_up as (
    select
        in_work.project_id,
        in_work.contact_key,
        coalesce(listed.contact_id, last_message.contact_id) as contact_id,
        coalesce(listed.contact_name, last_message.contact_name) as contact_name,
        coalesce(listed.channel, last_message.channel, 'desconocido') as channel,
        listed.channel_instance_id,
        (
            select min(messages.sent_at) from messages
            where
                messages.project_id = in_work.project_id
                and messages.contact_key = in_work.contact_key
        ) as first_seen_at,
        last_message.sent_at as last_seen_at,
        listed.contact_key is not null as is_listed
    from in_work
    left join lateral (
        select * from contacts
        where
            contacts.project_id = in_work.project_id
            and contacts.contact_key = in_work.contact_key
            and contacts.unlisted_at is null
        {{ by_index() }}
    ) as listed on true
    left join lateral (
        select messages.* from messages
        where
            messages.project_id = in_work.project_id
            and messages.contact_key = in_work.contact_key
        order by messages.sent_at desc, messages.message_id desc
        limit 1
    ) as last_message on true
)

select
    looked_up.project_id,
    looked_up.contact_key,
    {{ mask_phone('looked_up.contact_id') }} as contact_masked,
    looked_up.contact_id,
    looked_up.contact_name,
    looked_up.channel,
    looked_up.channel_instance_id,
    looked_up.first_seen_at,
    looked_up.last_seen_at
from looked_up
inner join projects using (project_id)
where looked_up.is_listed or looked_up.first_seen_at is not null
