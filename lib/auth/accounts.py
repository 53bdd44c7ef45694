"""Accounts of the local login: who may enter with a password, as what, for which project.

Passwords are kept as bcrypt hashes. Whether an account exists cannot be told from the time an
answer takes: a wrong name costs the same hash as a wrong password.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import bcrypt
from sqlalchemy import text

from lib.auth.permissions import Role
from lib.auth.sessions import end_sessions
from lib.db.scoped import app_connection

__all__ = [
    "LOCAL_ISSUER",
    "Account",
    "AccountExistsError",
    "PasswordError",
    "check_password",
    "find_account",
    "normal_name",
    "save_account",
]

# the issuer of those who enter with an account
LOCAL_ISSUER = "local"
MIN_CHARS = 12
# bcrypt looks at no more than this, so a longer password would be cut in silence
MAX_BYTES = 72
COLUMNS = "project_id, username, name, role, entities, is_active, password_hash"
BY_NAME = f"select {COLUMNS} from app.users where username = :username"
SAVE = """
insert into app.users (
    project_id, username, name, password_hash, role, entities, is_active, created_at,
    password_changed_at
)
values (
    :project_id, :username, :name, :password_hash, :role, :entities, :is_active, :now, :now
)
on conflict (project_id, username) do update set
    name = excluded.name,
    password_hash = excluded.password_hash,
    role = excluded.role,
    entities = excluded.entities,
    is_active = excluded.is_active,
    password_changed_at = excluded.password_changed_at
"""


class PasswordError(Exception):
    """A password cannot be used; says what was expected, never what came."""


class AccountExistsError(Exception):
    """The name belongs to an account of another project: choose another name."""


@dataclass(frozen=True, slots=True)
class Account:
    """One person of the local login; `entities` None means all entities of the project."""

    project_id: int
    username: str
    name: str
    role: Role
    entities: tuple[str, ...] | None = None
    is_active: bool = True


def save_account(account: Account, password: str, now: datetime) -> None:
    """Create the account, or change everything about it, with this password.

    Names are kept in lower case; open sessions of the account end. Raises PasswordError for a
    password that is too short, too long or the name itself, AccountExistsError when another
    project has an account of that name.
    """
    username = normal_name(account.username)
    _check_strength(password, username)
    values = {
        "project_id": account.project_id,
        "username": username,
        "name": account.name,
        "password_hash": bcrypt.hashpw(password.encode(), bcrypt.gensalt()).decode(),
        "role": account.role.value,
        "entities": None if account.entities is None else list(account.entities),
        "is_active": account.is_active,
        "now": now,
    }
    with app_connection(project_id=account.project_id, username=username) as connection:
        found = connection.execute(text(BY_NAME), {"username": username}).one_or_none()
        if found is not None and found.project_id != account.project_id:
            raise AccountExistsError(f"expected a new name, {username!r} is taken; choose another")
        connection.execute(text(SAVE), values)
    end_sessions(
        account.project_id, now, reason="account_changed", subject=username, issuer=LOCAL_ISSUER
    )


def check_password(username: str, password: str) -> Account | None:
    """The active account with this name and password, None for anything else."""
    found = _stored(username)
    stored_hash = found[1] if found else _nobodys_hash()
    is_right = _matches(password, stored_hash)
    if found is None or not is_right or not found[0].is_active:
        return None
    return found[0]


def find_account(username: str) -> Account | None:
    """The active account of this name, None when there is none."""
    found = _stored(username)
    return found[0] if found and found[0].is_active else None


def normal_name(username: str) -> str:
    """The form in which names are kept and compared."""
    return username.strip().lower()


def _stored(username: str) -> tuple[Account, str] | None:
    name = normal_name(username)
    # PostgreSQL takes no NUL in a text; no name has one
    if not name or "\x00" in name:
        return None
    with app_connection(username=name) as connection:
        row = connection.execute(text(BY_NAME), {"username": name}).one_or_none()
    if row is None:
        return None
    account = Account(
        project_id=row.project_id,
        username=row.username,
        name=row.name,
        role=Role(row.role),
        entities=None if row.entities is None else tuple(row.entities),
        is_active=row.is_active,
    )
    return account, row.password_hash


def _matches(password: str, stored_hash: str) -> bool:
    # the length is looked at after the work, so that it costs the same
    given = password.encode()
    is_right = bcrypt.checkpw(given[:MAX_BYTES], stored_hash.encode())
    return is_right and len(given) <= MAX_BYTES


def _check_strength(password: str, username: str) -> None:
    if len(password) < MIN_CHARS:
        raise PasswordError(f"expected a password of at least {MIN_CHARS} characters")
    if len(password.encode()) > MAX_BYTES:
        raise PasswordError(f"expected a password of at most {MAX_BYTES} bytes")
    if username in password.lower() or len(set(password)) < MIN_CHARS // 2:
        raise PasswordError("expected a password without the name and without repetitions")


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return bcrypt.hashpw(b"nobody", bcrypt.gensalt()).decode()
