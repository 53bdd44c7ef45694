"""Tokens that came by redirect count once: what an address bar or a log kept is worth nothing."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from lib.auth.refusal import Reason, TokenRefusedError
from lib.auth.verifier import VerifiedToken
from lib.clock import now
from lib.db.scoped import app_connection

__all__ = ["forget_expired", "use_once"]

# longer than any leeway, so that no row goes while its token could still be accepted
KEPT_AFTER_EXPIRY = timedelta(hours=1)
USE = """
insert into app.used_tokens (project_id, issuer, jti_hash, used_at, expires_at)
values (:project_id, :issuer, :jti_hash, :now, :expires_at)
on conflict do nothing
"""
FORGET = "delete from app.used_tokens where expires_at < :limit"


def use_once(token: VerifiedToken) -> None:
    """Mark a token as used; of many at the same time exactly one returns.

    The mark is committed when this returns. Raises TokenRefusedError(already_used), AppBusyError.
    """
    values = {
        "project_id": token.project_id,
        "issuer": token.issuer,
        "jti_hash": hashlib.sha256(token.jti.encode()).digest(),
        "now": now(),
        "expires_at": token.expires_at,
    }
    with app_connection(project_id=token.project_id) as connection:
        is_first = connection.execute(text(USE), values).rowcount == 1
    if not is_first:
        raise TokenRefusedError(Reason.ALREADY_USED, token.issuer)


def forget_expired(owner_connection: Connection, at: datetime) -> int:
    """Delete marks of tokens that expired more than an hour before; returns how many."""
    limit = at - KEPT_AFTER_EXPIRY
    return owner_connection.execute(text(FORGET), {"limit": limit}).rowcount
