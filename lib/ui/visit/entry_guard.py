"""Failed logins of the form: counted, slowed down, written to the audit log."""

from functools import lru_cache

import streamlit as st

from lib import clock
from lib.audit.events import Action, AuditEvent
from lib.audit.record import record
from lib.auth.accounts import normal_name
from lib.auth.attempts import Attempts
from lib.auth.rate_limits import Kind, network_key, rate_limits
from lib.log import new_incident

__all__ = ["must_wait", "note_failure", "note_success"]

LONGEST_NAME = 100


def must_wait(username: str) -> bool:
    """Whether this account, or this address with any account, has failed too often of late."""
    if rate_limits().wait(Kind.FAILED_LOGIN, _address()):
        return True
    return bool(_attempts().wait(_short(username), _address(), clock.now()))


def note_failure(username: str, reason: str) -> str:
    """Count a failed login, write it down and return its incident number.

    The name stays out of the log: people type passwords into the wrong field.
    """
    _attempts().failed(_short(username), _address(), clock.now())
    rate_limits().take(Kind.FAILED_LOGIN, _address())
    incident = new_incident()
    detail = {"mode": "local", "reason": reason}
    record(AuditEvent(Action.REFUSAL, None, "unknown", detail, incident=incident))
    return incident


def note_success(username: str) -> None:
    """Forget this visitor's failures with this account."""
    _attempts().succeeded(_short(username), _address())


@lru_cache(maxsize=1)
def _attempts() -> Attempts:
    return Attempts()


def _short(username: str) -> str:
    return normal_name(username)[:LONGEST_NAME]


def _address() -> str:
    return network_key(st.context.ip_address or "this machine")
