"""The tables of the JSON endpoints, and the statements that make one equal to what was read."""

from dataclasses import dataclass

from lib.indigitall.endpoints import (
    AGENT_CONVERSATIONS,
    APPLICATIONS,
    CAMPAIGN_LISTS,
    CHANNELS,
    CONTACTS,
    ENDPOINTS,
    Endpoint,
)

__all__ = [
    "CLEAR",
    "COPY",
    "COUNTS",
    "CREATE",
    "DROP_DUPLICATES",
    "RESOURCES",
    "Resource",
    "resource_of",
]

CREATE = """
create temp table if not exists incoming_records (
    record_key text, contact_key text, payload jsonb, payload_hash bytea
);
create temp table if not exists changed_records (record_key text, kind text);
"""
CLEAR = "truncate incoming_records, changed_records"
COPY = "copy incoming_records from stdin (format csv, encoding 'UTF8')"
# of a record that came twice the later one stands; rows are only appended, so its ctid is greatest
DROP_DUPLICATES = """
delete from incoming_records as incoming
using (
    select record_key, max(ctid) as latest
    from incoming_records
    group by record_key
    having count(*) > 1
) as repeated
where incoming.record_key = repeated.record_key and incoming.ctid <> repeated.latest
"""
COUNTS = """
select
    count(*) filter (where kind = 'inserted'), count(*) filter (where kind = 'updated'),
    count(*) filter (where kind = 'deleted')
from changed_records
"""
FIND_CHANGES = """
insert into changed_records
select
    coalesce(incoming.record_key, kept.{key}),
    case
        when kept.{key} is null then 'inserted'
        when incoming.record_key is null then 'deleted'
        else 'updated'
    end
from incoming_records as incoming
full join (select * from raw.{table} where project_id = %(project)s{scope}) as kept
    on incoming.record_key = kept.{key}
where kept.{key} is null
    or kept.payload_hash <> incoming.payload_hash
    or (incoming.record_key is not null and kept.deleted_at is not null)
    or (
        incoming.record_key is null and kept.deleted_at is null
        and kept.{key} <> all(%(set_aside)s) and %(is_whole)s
    )
"""
# records that raw has, and those it keeps although they did not come
STORED = """
select
    count(*),
    count(*) filter (where incoming.record_key is null and kept.{key} = any(%(set_aside)s))
from (
    select * from raw.{table} where project_id = %(project)s and deleted_at is null{scope}
) as kept
left join incoming_records as incoming on incoming.record_key = kept.{key}
"""
UPSERT = """
insert into raw.{table} as kept
    (project_id, {key}, {columns}, batch_id, loaded_at)
select %(project)s, incoming.record_key, {columns}, %(batch)s, %(now)s
from incoming_records as incoming
inner join changed_records using (record_key)
on conflict (project_id, {key}) do update
set {assignments}, batch_id = excluded.batch_id, loaded_at = excluded.loaded_at, deleted_at = null
"""
DELETE = """
update raw.{table} as kept
set deleted_at = %(now)s, batch_id = %(batch)s, loaded_at = %(now)s
from changed_records
where kept.project_id = %(project)s and kept.{key} = changed_records.record_key
    and changed_records.kind = 'deleted'
"""


@dataclass(frozen=True, slots=True)
class Resource:
    """The table of a JSON endpoint, its key column, and the field that names a contact.

    A table that endpoints share tells their rows apart by `key_prefix`.
    """

    endpoint: Endpoint
    table: str
    key_column: str
    contact_field: str | None = None
    key_prefix: str = ""

    @property
    def find_changes(self) -> str:
        """Fill changed_records: what is new, different, back, or gone."""
        return self._named(FIND_CHANGES)

    @property
    def stored(self) -> str:
        """Count what raw has, and what of it did not come."""
        return self._named(STORED)

    @property
    def upsert(self) -> str:
        """Write what is new, different or back."""
        return self._named(UPSERT)

    @property
    def delete(self) -> str:
        """Mark what is gone."""
        return self._named(DELETE)

    def _named(self, statement: str) -> str:
        # the prefix is a name of ours and can hold no quote
        mine = f" and starts_with({self.key_column}, '{self.key_prefix}')"
        columns = ["payload", "payload_hash", *(["contact_key"] if self.contact_field else [])]
        return statement.format(
            table=self.table,
            key=self.key_column,
            scope=mine if self.key_prefix else "",
            columns=", ".join(columns),
            assignments=", ".join(_assignment(name) for name in columns),
        )


def _assignment(name: str) -> str:
    """A row whose contact was erased keeps the key that replaced the contact's."""
    if name != "contact_key":
        return f"{name} = excluded.{name}"
    return (
        "contact_key = case when kept.payload ->> 'contactId' is null"
        " and excluded.payload ->> 'contactId' is null"
        " then kept.contact_key else excluded.contact_key end"
    )


RESOURCES = {
    resource.endpoint.name: resource
    for resource in (
        Resource(APPLICATIONS, "applications", "application_id"),
        Resource(CHANNELS, "channels", "channel_id"),
        Resource(CONTACTS, "contacts", "contact_id", "contactId"),
        Resource(AGENT_CONVERSATIONS, "agent_sessions", "agent_session_id", "contactId"),
        *(Resource(ENDPOINTS[name], name, "campaign_id") for name in CAMPAIGN_LISTS),
    )
}


def resource_of(endpoint: Endpoint) -> Resource:
    """Its own table, or the one for lists that have none."""
    return RESOURCES.get(endpoint.name) or Resource(
        endpoint, "other_lists", "record_key", key_prefix=f"{endpoint.name}:"
    )
