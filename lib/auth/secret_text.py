"""Random texts that open something, and what the database keeps of them."""

import hashlib
import secrets

__all__ = ["hash_of", "new_secret"]

BYTES = 32


def new_secret() -> str:
    """A text nobody can guess: 256 random bits, safe in cookies and addresses."""
    return secrets.token_urlsafe(BYTES)


def hash_of(secret: str) -> str:
    """What is stored in place of a secret: SHA-256, 64 hexadecimal characters.

    The secrets are random and long, so a slow hash would add nothing.
    """
    return hashlib.sha256(secret.encode()).hexdigest()
