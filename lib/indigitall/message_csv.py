"""The message history's CSV: header checked, columns put in our order, bad rows set aside."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from lib.indigitall.endpoints import MESSAGE_COLUMNS, Endpoint
from lib.indigitall.errors import TruncatedAnswerError, UnexpectedFormatError
from lib.indigitall.instants import parse_instant
from lib.indigitall.records import LONGEST_KEY, MessagePage, Reject

__all__ = ["parse_message_page"]

NUL = "\x00"
NAMES = tuple(column.name for column in MESSAGE_COLUMNS)
MESSAGE_ID, MESSAGE_DATE = NAMES.index("message_id"), NAMES.index("message_date")
SESSION_ID = NAMES.index("agent_conversation_id")
# A message body may be long; the default of the csv module would refuse 128 KB.
LONGEST_FIELD = 16 * 1024 * 1024
csv.field_size_limit(LONGEST_FIELD)

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where each of our columns stands in this page, and which columns we do not know."""

    header: tuple[str, ...]
    order: Callable[[Sequence[str]], Row]
    extra: tuple[tuple[str, int], ...]


def parse_message_page(text: str, endpoint: Endpoint, digest: bytes) -> MessagePage:
    """One page from its text, the header line included.

    A row that cannot be a message becomes a Reject. Raises UnexpectedFormatError when the header is
    not the expected one and TruncatedAnswerError when the text ends in the middle of a row.
    """
    if not text.endswith(("\n", "\r")):
        # without its line end the last row may be half a row, and rows after it may be missing
        raise TruncatedAnswerError(endpoint.name, "the CSV does not end with a whole line")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader)
        layout = _layout(tuple(name.strip() for name in header), endpoint)
        found = [row for row in reader if row]
    except csv.Error as error:
        raise TruncatedAnswerError(
            endpoint.name, f"the CSV breaks at line {reader.line_num}, as when it is cut ({error})"
        ) from error
    return _page(found, layout, digest, has_nul=NUL in text)


def _page(found: list[list[str]], layout: _Layout, digest: bytes, *, has_nul: bool) -> MessagePage:
    rows: list[Row] = []
    moments: list[str] = []
    extras: list[str] = []
    rejects: list[Reject] = []
    width = len(layout.header)
    order, extra = layout.order, layout.extra
    for source in found:
        if len(source) != width:
            rejects.append(_reject(f"{len(source)} fields, {width} expected", source, layout))
            continue
        row = order(source)
        instant = parse_instant(row[MESSAGE_DATE])
        if instant is None:
            rejects.append(_reject("messageDate is no time", source, layout, row[MESSAGE_ID]))
            continue
        if fault := _fault(row):
            rejects.append(_reject(fault, source, layout, row[MESSAGE_ID]))
            continue
        if has_nul and any(NUL in value for value in source):
            rejects.append(_reject("a NUL character", source, layout, row[MESSAGE_ID]))
            continue
        rows.append(row)
        moments.append(instant.isoformat())
        if extra:
            extras.append(_as_json({name: source[place] for name, place in extra}))
    return MessagePage(
        tuple(rows), tuple(extras), tuple(moments), tuple(rejects), len(found), digest
    )


def _layout(header: tuple[str, ...], endpoint: Endpoint) -> _Layout:
    if len(set(header)) < len(header):
        raise UnexpectedFormatError(endpoint.name, "a CSV header names the same column twice")
    places = []
    for column in MESSAGE_COLUMNS:
        place = next((header.index(name) for name in column.sources if name in header), None)
        if place is None and column.is_required:
            raise UnexpectedFormatError(
                endpoint.name,
                f"a CSV header with {' or '.join(column.sources)} was expected and"
                f" {len(header)} other columns came",
            )
        places.append(place)
    extra = tuple((name, place) for place, name in enumerate(header) if place not in places)
    return _Layout(header, _order(places), extra)


def _order(places: Sequence[int | None]) -> Callable[[Sequence[str]], Row]:
    """A function that puts a source row in our order; the usual order costs nothing."""
    if list(places) == list(range(len(places))):
        width = len(places)
        return lambda source: tuple(source[:width])
    if None not in places:
        picked = itemgetter(*[place for place in places if place is not None])
        return lambda source: tuple(picked(source))
    return lambda source: tuple("" if place is None else source[place] for place in places)


def _fault(row: Row) -> str:
    """Why a row cannot be stored under its ids, empty when it can."""
    message_id, session_id = row[MESSAGE_ID], row[SESSION_ID]
    if not message_id.strip():
        return "no messageId"
    if len(message_id) > LONGEST_KEY or len(session_id) > LONGEST_KEY:
        return f"an id longer than {LONGEST_KEY}"
    return ""


def _reject(reason: str, source: list[str], layout: _Layout, key: str | None = None) -> Reject:
    named = len(source) == len(layout.header)
    payload: object = dict(zip(layout.header, source, strict=True)) if named else source
    return Reject(reason, _as_json(payload), key)


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
