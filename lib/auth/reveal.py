"""Who a contact is and what it wrote: shown to few people, for a reason, and on record beforehand.

This is the only way to columns tagged personal. It reads as `project_<id>_reveal`, two connections
in all, after the row that says who asked, about whom and why is committed in the audit log. The row
stands also when nothing is shown then.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from pydantic import JsonValue
from sqlalchemy import text

from lib import clock
from lib.audit.events import Action, AuditEvent
from lib.audit.record import record
from lib.auth.identity import Identity
from lib.auth.permissions import Permission, PermissionDeniedError, require
from lib.db.roles import reveal_role
from lib.db.scoped import app_connection
from lib.db.tenant import TenantPools, tenant_connection
from lib.privacy.scrub import scrub

__all__ = [
    "Purpose",
    "RevealLimitError",
    "RevealReason",
    "RevealedContact",
    "RevealedMessage",
    "TicketError",
    "UnknownContactError",
    "reveal_contact",
    "reveal_messages",
    "reveal_pools",
]

MOST_AN_HOUR = 30
MOST_MESSAGES = 500
# at most one word before the number: names have no place in the audit log
TICKET = re.compile(r"#?(?:[A-Za-z]{1,12}[-/.# ]{0,2})?[0-9][0-9/.-]{0,19}")
KEY = re.compile(r"[0-9a-f]{32}")
SEEN = """
select count(*) from (
    select 1 from app.audit_queue
    where action = 'reveal' and actor = :actor and happened_at > :since
    union all
    select 1 from app.audit_log
    where action = 'reveal' and actor = :actor and happened_at > :since
) as reveals
"""
# a visitor limited to entities knows the contacts that wrote to these, and no other
IN_SCOPE = """
exists (
    select 1 from marts.fct_messages as m
    where m.contact_key = :contact_key and m.entity = any(:entities)
)
"""
CONTACT = """
select contact_id, contact_name from marts.dim_contacts as c
where c.contact_key = :contact_key
"""
MESSAGES = """
select sent_at, direction, body from marts.fct_messages as m
where m.contact_key = :contact_key and m.local_date between :first_day and :last_day
"""
NEWEST = " order by m.sent_at desc, m.message_id limit :most"


class RevealReason(StrEnum):
    """Why somebody needs to know who a contact is."""

    CALL_BACK = "call_back"
    COMPLAINT = "complaint"
    FRAUD = "fraud"
    CONTACT_REQUEST = "contact_request"
    AUTHORITY = "authority"


class UnknownContactError(Exception):
    """No contact of this key where the visitor may look; one of another project is as unknown."""


class RevealLimitError(Exception):
    """The visitor looked at as many people as anybody may in an hour; later it goes on."""


class TicketError(ValueError):
    """A ticket is a short number of a case, and nothing that names a person."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """The reason of a reveal, and the case it belongs to. Raises TicketError."""

    reason: RevealReason
    ticket: str | None = None

    def __post_init__(self) -> None:
        ticket = self.ticket
        if ticket is not None and (not TICKET.fullmatch(ticket) or scrub(ticket) != ticket):
            raise TicketError(
                "expected the number of a case such as T-17, caso 4567 or PQR-2026/123: one word"
                " at most and up to 20 digits, / . and -, that is no phone or document"
            )


@dataclass(frozen=True, slots=True)
class RevealedContact:
    """Who a contact is: its phone or other id, and its name where the API has one."""

    contact_id: str = field(repr=False)
    contact_name: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class RevealedMessage:
    """What was written, in full."""

    sent_at: datetime
    direction: str
    body: str | None = field(repr=False)


def reveal_pools() -> TenantPools:
    """Connections of the roles that may read personal columns: two, whoever asks."""
    return TenantPools(per_project=2, total=2, role_of=reveal_role)


def reveal_contact(
    identity: Identity, contact_key: str, purpose: Purpose, pools: TenantPools
) -> RevealedContact:
    """Phone and name of a contact of the visitor's project.

    Raises PermissionDeniedError, RevealLimitError, UnknownContactError, TenantBusyError, and what
    the database raises: nothing is read unless its row in the audit log is committed.
    """
    _note(identity, contact_key, purpose, "contact")
    query, values = _within(identity, CONTACT, contact_key)
    with tenant_connection(pools, identity.project_id) as connection:
        row = connection.execute(text(query), values).one_or_none()
    if row is None:
        raise UnknownContactError("expected a contact of this project, found none of this key")
    return RevealedContact(row.contact_id, row.contact_name)


def reveal_messages(
    identity: Identity,
    contact_key: str,
    days: tuple[date, date],
    purpose: Purpose,
    pools: TenantPools,
) -> list[RevealedMessage]:
    """What a contact wrote and was told on these local days, the newest first, 500 at most.

    Raises what `reveal_contact` raises.
    """
    _note(identity, contact_key, purpose, "messages")
    query, values = _within(identity, MESSAGES, contact_key)
    if identity.entities is not None:
        query += " and m.entity = any(:entities)"
    values |= {"first_day": days[0], "last_day": days[1], "most": MOST_MESSAGES}
    with tenant_connection(pools, identity.project_id) as connection:
        rows = connection.execute(text(query + NEWEST), values).all()
    if not rows:
        raise UnknownContactError("expected messages of this contact on these days, found none")
    return [RevealedMessage(row.sent_at, row.direction, row.body) for row in rows]


def _within(identity: Identity, query: str, contact_key: str) -> tuple[str, dict[str, object]]:
    """A query that finds the contact where the visitor may look, and its values."""
    if identity.entities is None:
        return query, {"contact_key": contact_key}
    values: dict[str, object] = {"contact_key": contact_key, "entities": [*identity.entities]}
    return f"{query} and {IN_SCOPE}", values


def _note(identity: Identity, contact_key: str, purpose: Purpose, what: str) -> None:
    """Write down who asks, and raise when that was asked too often. Refusals are written too."""
    try:
        require(identity, Permission.REVEAL_CONTACT)
    except PermissionDeniedError:
        _note_refusal(identity, "permission")
        raise
    if not KEY.fullmatch(contact_key):
        raise UnknownContactError("expected the key of a contact, 32 hexadecimal characters")
    # who asks again beyond the limit reveals nothing and does not wait the longer for it
    _assert_below_limit(identity, MOST_AN_HOUR - 1)
    detail: dict[str, JsonValue] = {
        "contact_key": contact_key,
        "what": what,
        "reason": purpose.reason.value,
    }
    if purpose.ticket:
        detail["ticket"] = purpose.ticket
    record(AuditEvent(Action.REVEAL, identity.project_id, identity.subject, detail))
    # counted again after it is written down: of many at once none slips through
    _assert_below_limit(identity, MOST_AN_HOUR)


def _assert_below_limit(identity: Identity, most: int) -> None:
    since = clock.now() - timedelta(hours=1)
    with app_connection(project_id=identity.project_id) as connection:
        seen = connection.scalar(text(SEEN), {"actor": identity.subject, "since": since})
    if int(seen or 0) > most:
        _note_refusal(identity, "reveal_limit")
        raise RevealLimitError(f"expected at most {MOST_AN_HOUR} reveals in an hour")


def _note_refusal(identity: Identity, reason: str) -> None:
    detail: dict[str, JsonValue] = {
        "reason": reason,
        "permission": Permission.REVEAL_CONTACT.value,
    }
    record(AuditEvent(Action.REFUSAL, identity.project_id, identity.subject, detail))
