"""What is worth remembering: what a person or a program did, in details that name nobody else.

An event says who did what to which project, never what was in it: no token, phone, name of a
contact or text of a message. Each action has its list of details, and nothing else is accepted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from pydantic import JsonValue

__all__ = ["DETAILS", "LONGEST_VALUE", "Action", "AuditDetailError", "AuditEvent"]

LONGEST_VALUE = 2_000
LONGEST_ACTOR = 200


class Action(StrEnum):
    """What can be done that is written down."""

    LOGIN = "login"
    TOKEN_EXCHANGE = "token_exchange"
    REFUSAL = "refusal"
    LOGOUT = "logout"
    PAGE = "page"
    QUERY = "query"
    CHAT = "chat"
    SQL = "sql"
    EXPORT = "export"
    REVEAL = "reveal"
    ERASURE = "erasure"
    REPORT_SENT = "report_sent"
    ADMIN_CHANGE = "admin_change"


# The details each action may carry. A value is a word, a number or a list of words of ours.
DETAILS: Mapping[Action, frozenset[str]] = MappingProxyType(
    {
        Action.LOGIN: frozenset({"mode", "role", "issuer"}),
        Action.TOKEN_EXCHANGE: frozenset({"mode", "role", "issuer"}),
        Action.REFUSAL: frozenset({"mode", "reason", "issuer", "path", "permission"}),
        Action.LOGOUT: frozenset({"mode", "everywhere"}),
        Action.PAGE: frozenset({"page"}),
        Action.QUERY: frozenset({"metrics", "filters", "huella"}),
        Action.CHAT: frozenset({"question", "tools", "model", "badge"}),
        Action.SQL: frozenset({"sql", "verdict", "reason", "rows", "bytes", "ms"}),
        Action.EXPORT: frozenset({"what", "format", "rows", "filters", "huella"}),
        Action.REVEAL: frozenset({"contact_key", "what", "reason", "ticket", "rows"}),
        Action.ERASURE: frozenset({"contact_key", "reason", "ticket", "rows"}),
        Action.REPORT_SENT: frozenset({"report", "recipients", "format"}),
        Action.ADMIN_CHANGE: frozenset({"what", "subject", "before", "after", "rows"}),
    }
)


class AuditDetailError(Exception):
    """An event carries what the log must not hold; the event is not written, so mend the caller."""


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One event. `project_id` None belongs to the platform: a refusal before a project is known.

    `actor` is the person as its issuer names it, or `system`. `incident` is the number a refused
    visitor can quote. Raises AuditDetailError for details the action does not have.
    """

    action: Action
    project_id: int | None
    actor: str
    detail: Mapping[str, JsonValue]
    request_id: str | None = None
    incident: str | None = None

    def __post_init__(self) -> None:
        unknown = sorted(set(self.detail) - DETAILS[self.action])
        if unknown:
            raise AuditDetailError(
                f"expected details of {self.action} among {sorted(DETAILS[self.action])}, got"
                f" {unknown}"
            )
        for name, value in self.detail.items():
            if isinstance(value, str) and len(value) > LONGEST_VALUE:
                raise AuditDetailError(f"expected at most {LONGEST_VALUE} characters in {name}")
        if not self.actor or len(self.actor) > LONGEST_ACTOR:
            raise AuditDetailError(f"expected an actor of 1 to {LONGEST_ACTOR} characters")
