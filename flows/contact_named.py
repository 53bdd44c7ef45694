"""Whom an operator names: a project by slug or number, a contact by key or on standard input."""

import re
import sys

from sqlalchemy import text

from lib.config import get_settings
from lib.db.engines import engine_for_role, first_connection
from lib.db.roles import OWNER
from lib.privacy.contact_key import KEY_CHARS, contact_key
from lib.raw.projects import UnknownProjectError

__all__ = ["NobodyFoundError", "named_contact", "named_project"]

KEY = re.compile(rf"[0-9a-f]{{{KEY_CHARS}}}")
PHONE, NOT_DIGITS = re.compile(r"\+?[\d ().-]{7,}"), re.compile(r"\D")
PROJECT = "select project_id from app.projects where slug = :name or project_id::text = :name"


class NobodyFoundError(Exception):
    """No row of the contact anywhere, and no erasure of it; nothing was changed."""


def named_project(name: str) -> int:
    """The number of a project. Raises UnknownProjectError and NoDatabaseError."""
    engine = engine_for_role(OWNER)
    try:
        with first_connection(engine) as connection:
            found = connection.scalar(text(PROJECT), {"name": name})
    finally:
        engine.dispose()
    if found is None:
        raise UnknownProjectError(f"expected the slug or number of a project, got {name}")
    return int(found)


def named_contact(given: str | None, project_id: int) -> str:
    """The key that was given, or that of the id on standard input. Raises NobodyFoundError."""
    if given is None:
        said = sys.stdin.readline().strip()
        contact_id = NOT_DIGITS.sub("", said) if PHONE.fullmatch(said) else said
        if not contact_id:
            raise NobodyFoundError("expected a phone or an id as one line on standard input")
        return contact_key(get_settings().pii_key.get_secret_value(), project_id, contact_id)
    if not KEY.fullmatch(given):
        raise NobodyFoundError(
            f"expected {KEY_CHARS} hexadecimal digits as --contact-key; a phone or an id goes to"
            " standard input"
        )
    return given
