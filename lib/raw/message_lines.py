"""Messages as lines for COPY: the source's columns, the parsed time, the contact's key, a hash."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from hashlib import blake2b

from lib.indigitall.endpoints import MESSAGE_COLUMNS
from lib.indigitall.records import MessagePage
from lib.privacy.contact_key import contact_key

__all__ = ["DELIMITER", "HASH_BYTES", "KeyOf", "contact_keys", "message_lines"]

KeyOf = Callable[[str], str]
HASH_BYTES = 16
CONTACT_ID = tuple(column.name for column in MESSAGE_COLUMNS).index("contact_id")
KEYS_REMEMBERED = 65_536
# COPY's text format with a delimiter that people never write: joining a row is all most rows need,
# several times faster than csv.writer.
DELIMITER = "\x1f"


def contact_keys(pii_key: str, project_id: int) -> KeyOf:
    """A function from contact id to contact key, empty for an empty id; it remembers the latest."""

    @lru_cache(maxsize=KEYS_REMEMBERED)
    def key_of(contact_id: str) -> str:
        return contact_key(pii_key, project_id, contact_id) if contact_id else ""

    return key_of


def message_lines(page: MessagePage, key_of: KeyOf) -> bytes:
    """The page as lines for COPY in text format with our delimiter; an empty value means null.

    Columns: the 24 of the source, the unknown ones as JSON, sent_at, contact_key, payload_hash. The
    hash covers what the source sent, so a row hashes alike whatever the order of its columns.
    """
    lines: list[bytes] = []
    for row, text, moment in zip(page.rows, _texts(page), page.sent_at, strict=True):
        content = text.encode()
        digest = blake2b(content, digest_size=HASH_BYTES).hexdigest()
        key = key_of(row[CONTACT_ID])
        lines.append(content)
        lines.append(f"{DELIMITER}{moment}{DELIMITER}{key}{DELIMITER}\\\\x{digest}\n".encode())
    return b"".join(lines)


def _texts(page: MessagePage) -> Iterator[str]:
    """Each row with its unknown columns, escaped and joined."""
    extras = page.extras or ("",) * len(page.rows)
    for row, extra in zip(page.rows, extras, strict=True):
        text = f"{DELIMITER.join(row)}{DELIMITER}{extra}"
        if text.count(DELIMITER) > len(row):
            yield DELIMITER.join(_escaped(value) for value in (*row, extra))
        elif "\\" in text or "\n" in text or "\r" in text:
            yield text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
        else:
            yield text


def _escaped(value: str) -> str:
    value = value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    return value.replace(DELIMITER, f"\\{DELIMITER}")
