"""Every place in raw and app that can name a contact, and what an erasure does with it.

A table with a column that could hold a contact's id, key, name or words stands here, or no erasure
runs: so a table added later, of saved answers, chats or exports, cannot be forgotten. What dbt
builds from raw (schemas staging, build and marts) follows by the next build and is looked through
afterwards.
"""

from collections.abc import Mapping
from types import MappingProxyType

from lib.raw.connection import Connection

__all__ = ["ERASED", "KEPT", "PlaceNotRegisteredError", "check_places", "places_in_question"]

# what is done to the rows of the contact, or that name it
ERASED: Mapping[str, str] = MappingProxyType(
    {
        "raw.messages": "stay to be counted, under a random key, without id, name, text and extras",
        "raw.agent_sessions": "stay to be counted, under the same random key, with times and agent",
        "raw.contacts": "are deleted",
        "raw.rejects": "are deleted where they name the contact",
        "raw.other_lists": "are deleted where they name the contact",
        "raw.other_statistics": "are deleted where they name the contact",
        "raw.api_calls": "are deleted where they name the contact",
        "app.entity_rules": "are deleted where they give the contact an entity",
        "app.huellas": "saved answers: are deleted where question or figures name the contact",
    }
)
# why a table stays as it is
_CAMPAIGN = "names a campaign and its numbers, and nobody who got it"
KEPT: Mapping[str, str] = MappingProxyType(
    {
        "app.erasures": "the tombstone: a keyed pseudonym, without which the contact comes back",
        "app.audit_log": "who did what; of contacts the keyed pseudonym alone, and it is a chain",
        "app.audit_queue": "the audit log before it is chained",
        "app.alerts": "channels and the instants they were told, of the project as a whole",
        "app.offboardings": "numbers of rows by table",
        "app.projects": "the project's own configuration",
        "raw.applications": "the project's own settings at the source",
        "raw.channels": "the project's own channels",
        "raw.push_campaigns": _CAMPAIGN,
        "raw.sms_campaigns": _CAMPAIGN,
        "raw.email_campaigns": _CAMPAIGN,
        "raw.push_daily": _CAMPAIGN,
        "raw.push_campaign_daily": _CAMPAIGN,
        "raw.sms_daily": _CAMPAIGN,
        "raw.sms_campaign_daily": _CAMPAIGN,
        "raw.email_daily": _CAMPAIGN,
        "raw.email_campaign_daily": _CAMPAIGN,
        "raw.whatsapp_campaign_daily": _CAMPAIGN,
        "raw.inapp_daily": _CAMPAIGN,
    }
)
# a column of this name, or of this type, can hold what identifies a person or what they wrote
IN_QUESTION = """
select distinct format('%I.%I', n.nspname, c.relname)
from pg_catalog.pg_class as c
inner join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
inner join pg_catalog.pg_attribute as a on a.attrelid = c.oid
where
    n.nspname in ('raw', 'app')
    and c.relkind in ('r', 'p')
    and a.attnum > 0
    and not a.attisdropped
    and exists (
        select from pg_catalog.pg_attribute as p
        where p.attrelid = c.oid and p.attname = 'project_id' and not p.attisdropped
    )
    and (
        a.atttypid in ('json'::regtype, 'jsonb'::regtype)
        or a.attname ~ '(contact|phone|mobile|recipient|profile|customer|person)'
        or a.attname ~
            '^(payload|content|body|texts?|message|detail|extra|parameters|match_value|file)$'
        or a.attname ~ '^(questions?|prompts?|answers?|conversation|rows|result|results|export)$'
    )
order by 1
"""


class PlaceNotRegisteredError(Exception):
    """A table could name a contact and nobody has said what becomes of it; nothing was erased."""


def places_in_question(connection: Connection) -> list[str]:
    """The tables of raw and app with a column that could name a contact."""
    return [table for (table,) in connection.execute(IN_QUESTION)]


def check_places(connection: Connection) -> None:
    """Raise PlaceNotRegisteredError unless every such table is erased or kept for a reason."""
    unknown = [
        table
        for table in places_in_question(connection)
        if table not in ERASED and table not in KEPT
    ]
    if unknown:
        raise PlaceNotRegisteredError(
            f"{', '.join(unknown)}: expected to stand in lib/raw/erasure_places.py, with what an"
            " erasure does there or why it need not"
        )
