"""The name by which we know a contact without knowing who it is."""

import hashlib
import hmac

__all__ = ["contact_key"]

KEY_CHARS = 32


def contact_key(pii_key: str, project_id: int, contact_id: str) -> str:
    """The key of a contact in one project: 32 hexadecimal characters, always the same for it.

    Nobody without the PII key can find the contact behind it, not even by trying every phone
    number, and one person has a different key in every project. Raises ValueError for an empty id.
    """
    if not contact_id:
        raise ValueError("expected a contact id, got an empty text: such a row has no contact")
    named = f"{project_id}:{contact_id}".encode()
    return hmac.new(pii_key.encode(), named, hashlib.sha256).hexdigest()[:KEY_CHARS]
