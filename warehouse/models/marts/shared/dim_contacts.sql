-- A contact whose days are not computed again keeps its published first and last message.
with projects as (
    select * from {{ ref('int_work_projects') }}
),

listed as (
    select * from {{ ref('stg_indigitall__contacts') }}
),

messages as (
    select * from {{ ref('stg_indigitall__messages') }}
),

work_days as (
    select * from {{ ref('int_work_days') }}
),

published_contacts as (
    select * from {{ published('dim_contacts', [
        'project_id', 'contact_key', 'contact_id', 'contact_name', 'channel',
        'first_seen_at', 'last_seen_at'
    ]) }} as dim_contacts
),

published_messages as (
    select * from {{ published(
        'fct_messages', ['project_id', 'contact_key', 'local_date']
    ) }} as fct_messages
),

in_work as (
    select
        project_id,
        contact_key
    from {{ ref('int_contact_days') }}
    union
    select
        published_messages.project_id,
        published_messages.contact_key
    from published_messages
    inner join work_days using (project_id, local_date)
    where published_messages.contact_key is not null
    union
    -- its published name may be the one the list no longer gives
    select
        published_contacts.project_id,
        published_contacts.contact_key
    from published_contacts
    left join listed using (project_id, contact_key)
    where listed.contact_name is null
),

looked_up as (
    select
        in_work.project_id,
        in_work.contact_key,
        last_message.contact_id,
        last_message.contact_name,
        last_message.channel,
        (
            select min(messages.sent_at) from messages
            where
                messages.project_id = in_work.project_id
                and messages.contact_key = in_work.contact_key
        ) as first_seen_at,
        last_message.sent_at as last_seen_at
    from in_work
    left join lateral (
        select messages.* from messages
        where
            messages.project_id = in_work.project_id
            and messages.contact_key = in_work.contact_key
        order by messages.sent_at desc, messages.message_id desc
        limit 1
    ) as last_message on true
),

seen as (
    select * from looked_up
    union all
    select published_contacts.*
    from published_contacts
    where
        not exists (
            select 1
            from in_work
            where
                in_work.project_id = published_contacts.project_id
                and in_work.contact_key = published_contacts.contact_key
        )
),

joined as (
    select
        project_id,
        contact_key,
        coalesce(listed.contact_id, seen.contact_id) as contact_id,
        coalesce(listed.contact_name, seen.contact_name) as contact_name,
        coalesce(listed.channel, seen.channel, 'desconocido') as channel,
        listed.channel_instance_id,
        seen.first_seen_at,
        seen.last_seen_at
    from listed
    full join seen using (project_id, contact_key)
    inner join projects using (project_id)
    where listed.contact_key is not null or seen.first_seen_at is not null
)

select
    project_id,
    contact_key,
    {{ mask_phone('contact_id') }} as contact_masked,
    contact_id,
    contact_name,
    channel,
    channel_instance_id,
    first_seen_at,
    last_seen_at
from joined
