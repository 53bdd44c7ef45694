"""Tickets: from a form that was filled in rightly to the cookie of a session.

A page run cannot set a cookie, so the form makes a ticket, good once and for half a minute, and the
browser takes it to a route that can.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from lib.auth.accounts import Account
from lib.auth.secret_text import hash_of, new_secret
from lib.db.scoped import app_connection, name_project

__all__ = ["TICKET_LIFETIME", "forget_tickets", "issue_ticket", "use_ticket"]

TICKET_LIFETIME = timedelta(seconds=30)
FORGET = "delete from app.login_tickets where expires_at < :now"
INSERT = """
insert into app.login_tickets (ticket_hash, project_id, username, expires_at)
values (:ticket_hash, :project_id, :username, :expires_at)
"""
PROJECT_OF = "select project_id from app.login_tickets where ticket_hash = :ticket_hash"
# of several at once exactly one finds it unused
USE = """
update app.login_tickets set used_at = :now
where ticket_hash = :ticket_hash and used_at is null and expires_at > :now
returning username
"""


def issue_ticket(account: Account, now: datetime) -> str:
    """A ticket for this account, good once until half a minute from `now`."""
    ticket = new_secret()
    values = {
        "ticket_hash": hash_of(ticket),
        "project_id": account.project_id,
        "username": account.username,
        "expires_at": now + TICKET_LIFETIME,
    }
    with app_connection(project_id=account.project_id) as connection:
        connection.execute(text(INSERT), values)
    return ticket


def use_ticket(ticket: str, now: datetime) -> str | None:
    """The name of the account a ticket was made for, None when it is unknown, used or too old."""
    values = {"ticket_hash": hash_of(ticket), "now": now}
    with app_connection(ticket_hash=hash_of(ticket)) as connection:
        project_id = connection.scalar(text(PROJECT_OF), values)
        if project_id is None:
            return None
        name_project(connection, project_id)
        username: str | None = connection.scalar(text(USE), values)
    return username


def forget_tickets(owner_connection: Connection, at: datetime) -> int:
    """Delete tickets that open nothing any more; returns how many."""
    return owner_connection.execute(text(FORGET), {"now": at}).rowcount
