"""What the API gives, typed: pages of messages, and JSON records that stay whole."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lib.indigitall.endpoints import Endpoint
from lib.indigitall.errors import ForeignProjectError

__all__ = ["JsonRecord", "MessagePage", "RecordPage", "Reject", "parse_record", "payload_text"]

# PostgreSQL stores neither NUL nor half a surrogate pair; both can be written in JSON.
ESCAPED_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that cannot be loaded: why, and the record itself as JSON, kept for a replay.

    `key` and `at`, its time or day, are there where they can be read all the same.
    """

    reason: str
    payload: str
    key: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True)
class MessagePage:
    """One page of the history: rows in the order of MESSAGE_COLUMNS, missing columns empty.

    `extras` has one JSON object per row with the columns we do not know, or is empty when there
    are none; `sent_at` is the row's time in ISO form. `row_count` counts every row of the page,
    `digest` is that of its bytes.
    """

    rows: tuple[tuple[str, ...], ...]
    extras: tuple[str, ...]
    sent_at: tuple[str, ...]
    rejects: tuple[Reject, ...]
    row_count: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class JsonRecord:
    """One record of a JSON list under its natural key; the payload is kept as it came."""

    key: str
    payload: dict[str, Any]

    def text(self, name: str) -> str:
        """A field as text, empty when it is missing or null."""
        value = self.payload.get(name)
        return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class RecordPage:
    """One page of a JSON list; `total` is the list's length where the API tells it.

    `cursor` names the next page where the answer does, and is empty otherwise.
    """

    records: tuple[JsonRecord, ...]
    rejects: tuple[Reject, ...]
    row_count: int
    total: int | None
    digest: bytes
    cursor: str = ""


def parse_record(entry: object, endpoint: Endpoint, project_id: int) -> JsonRecord | Reject:
    """The record, or why it cannot be one. Raises ForeignProjectError for another project's."""
    if endpoint.record_field and isinstance(entry, dict):
        entry = entry.get(endpoint.record_field)
    if not isinstance(entry, dict):
        return Reject("an object was expected", payload_text(entry))
    entry = _as_we_call_it(entry, endpoint)
    owner = entry.get("applicationId", project_id)
    if str(owner) != str(project_id):
        raise ForeignProjectError(
            endpoint.name, f"records of project {project_id} were expected and one of another came"
        )
    text, at = payload_text(entry), _day_of(entry, endpoint)
    if fault := _statistics_fault(entry, endpoint):
        return Reject(fault, text, at=at)
    key = _statistics_key(entry, endpoint) if endpoint.day_field else _first_key(entry, endpoint)
    if isinstance(key, bool) or not isinstance(key, str | int) or not str(key).strip():
        return Reject(f"no {' or '.join(endpoint.key_sources)}", text, at=at)
    if len(str(key)) > LONGEST_KEY:
        return Reject(f"{endpoint.key_sources[0]} longer than {LONGEST_KEY}", text, at=at)
    if ESCAPED_NUL.search(text) or not _is_unicode(entry):
        return Reject("a character that PostgreSQL cannot store", text, str(key), at)
    return JsonRecord(str(key), entry)


def _as_we_call_it(entry: dict[str, Any], endpoint: Endpoint) -> dict[str, Any]:
    """The record with the fields the source calls otherwise under our name too."""
    if not endpoint.columns:
        return entry
    named = dict(entry)
    for column in endpoint.columns:
        source = next((name for name in column.sources if entry.get(name) is not None), None)
        if source is not None:
            value = entry[source]
            named[column.name] = dict(column.values).get(str(value), value)
    return named


def _first_key(entry: Mapping[str, Any], endpoint: Endpoint) -> object:
    found = (entry[name] for name in endpoint.key_sources if entry.get(name) is not None)
    return next(found, endpoint.name if endpoint.is_single else None)


def _statistics_fault(entry: Mapping[str, Any], endpoint: Endpoint) -> str | None:
    """Why a record cannot be statistics: its day is none, or a part of its key is missing."""
    if not endpoint.day_field:
        return None
    if not _is_day(entry.get(endpoint.day_field)):
        return f"{endpoint.day_field} is no day"
    lacking = [
        name
        for name in endpoint.key_sources
        if (entry.get(name) is not None or name not in endpoint.optional_keys)
        and (isinstance(entry.get(name), bool) or not isinstance(entry.get(name), str | int))
    ]
    return f"no {' and '.join(lacking)}" if lacking else None


def _day_of(entry: Mapping[str, Any], endpoint: Endpoint) -> str | None:
    day = entry.get(endpoint.day_field) if endpoint.day_field else None
    return day if isinstance(day, str) and _is_day(day) else None


def _statistics_key(entry: Mapping[str, Any], endpoint: Endpoint) -> str:
    """All parts of the natural key as one text; a part the source leaves out is empty."""
    parts = (entry.get(name) for name in endpoint.key_sources)
    return ":".join("" if part is None else str(part) for part in parts)


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def payload_text(entry: object) -> str:
    """Canonical JSON: equal records give equal text, whatever the order of their fields."""
    text = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if not text.isascii() and not _encodes(text):
        text = json.dumps(entry, sort_keys=True, separators=(",", ":"))
    return text


def _is_unicode(entry: object) -> bool:
    return _encodes(json.dumps(entry, ensure_ascii=False))


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
