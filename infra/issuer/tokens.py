"""Tokens as an issuer signs them: what the product expects, by the entry it has of the issuer."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import jwt

from infra.issuer.errors import IssuerFolderError
from infra.issuer.folder import PRIVATE
from lib.auth.issuer_file import IssuerEntry

__all__ = ["Person", "sign"]


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a token is to speak for. `role` is a word of the issuer; None leaves a claim out."""

    project_id: int
    subject: str
    role: str
    entities: Sequence[str] | None = None
    name: str | None = None


def sign(
    entry: IssuerEntry, folder: Path, person: Person, at: datetime, lifetime: timedelta
) -> str:
    """A token of this issuer for this person, good from `at` on, with a jti of its own.

    Signed with the first key of the entry; behind a JWKS with the newest private key of the folder.
    Nothing is checked, so that tokens can be made that must be refused. Raises IssuerFolderError.
    """
    issued = int(at.timestamp())
    claims: dict[str, object] = {
        "iss": entry.iss,
        "aud": entry.audiences[0],
        "sub": person.subject,
        "jti": secrets.token_urlsafe(16),
        "iat": issued,
        "exp": issued + int(lifetime.total_seconds()),
        entry.claims.project: (
            str(person.project_id) if entry.project_as == "digits" else person.project_id
        ),
        entry.claims.role: person.role,
    }
    if person.entities is not None:
        claims[entry.claims.entities] = list(person.entities)
    if person.name is not None:
        claims[entry.claims.name] = person.name
    path, kid = _signer(entry, folder)
    try:
        key = path.read_bytes()
    except OSError:
        raise IssuerFolderError(f"a key was expected in {path}: make one with `add`") from None
    if entry.algorithm == "HS256":
        key = key.removesuffix(b"\n")
    return jwt.encode(claims, key, algorithm=entry.algorithm, headers={"kid": kid} if kid else {})


def _signer(entry: IssuerEntry, folder: Path) -> tuple[Path, str | None]:
    """The file of the key that signs, and its kid."""
    first = entry.keys[0]
    if first.secret_file is not None:
        return folder / first.secret_file, first.kid
    if first.public_key_file is not None:
        return folder / f"{first.kid}{PRIVATE}", first.kid
    private = sorted(folder.glob(f"*{PRIVATE}"), key=lambda path: path.stat().st_mtime_ns)
    if not private:
        raise IssuerFolderError(f"a file *{PRIVATE} was expected in {folder}: make one with `add`")
    return private[-1], private[-1].name.removesuffix(PRIVATE)
