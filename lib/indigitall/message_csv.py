"""The message history's CSV: header checked, columns put in our order, bad rows set aside."""

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from operator import itemgetter

from lib.clock import now
from lib.indigitall.csv_source import CsvSource
from lib.indigitall.endpoints import MESSAGE_COLUMNS, Column, Endpoint
from lib.indigitall.errors import (
    OverlongAnswerError,
    TruncatedAnswerError,
    UnexpectedFormatError,
)
from lib.indigitall.instants import parse_instant
from lib.indigitall.records import LONGEST_KEY, MessagePage, Reject

__all__ = ["parse_message_page"]

# how far the clock of the API may be ahead of ours
CLOCK_SKEW = timedelta(days=1)
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
    """Where each of our columns stands in this page, and which columns we do not know.

    `words` are the places of our order where the source's word is not the warehouse's. What was
    sent after `latest` was not sent: clocks differ by minutes, not by a day.
    """

    header: tuple[str, ...]
    order: Callable[[Sequence[str]], Row]
    extra: tuple[tuple[str, int], ...]
    words: tuple[tuple[int, Mapping[str, str]], ...]
    latest: datetime


@dataclass(slots=True)
class _Page:
    """What was read so far."""

    rows: list[Row] = field(default_factory=list)
    moments: list[str] = field(default_factory=list)
    extras: list[str] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    count: int = 0


def parse_message_page(pieces: Iterable[bytes], endpoint: Endpoint) -> MessagePage:
    """One page while its bytes arrive, the header line included; each row is held once.

    A row that cannot be a message becomes a Reject. Raises UnexpectedFormatError when the header is
    not the expected one, OverlongAnswerError for more rows than were asked for, EncodingError, and
    TruncatedAnswerError when the page ends in the middle of a row.
    """
    source = CsvSource(pieces, endpoint.name)
    reader = csv.reader(source.lines(), strict=True, delimiter=endpoint.separator)
    page = _Page()
    try:
        header = next(reader, None)
        if header is None:
            raise TruncatedAnswerError(endpoint.name, "the CSV ends within its header")
        layout = _layout(tuple(name.strip() for name in header), endpoint)
        for row in reader:
            if row:
                _add(page, row, layout, may_have_nul=source.has_nul)
                if page.count > (endpoint.paging.page_size or page.count):
                    raise _overlong(endpoint)
    except csv.Error as error:
        raise TruncatedAnswerError(
            endpoint.name, f"the CSV breaks at line {reader.line_num}, as when it is cut ({error})"
        ) from error
    if not source.is_whole:
        # without its line end the last row may be half a row, and rows after it may be missing
        raise TruncatedAnswerError(endpoint.name, "the CSV does not end with a whole line")
    return MessagePage(
        tuple(page.rows),
        tuple(page.extras),
        tuple(page.moments),
        tuple(page.rejects),
        page.count,
        source.digest(),
    )


def _add(page: _Page, source: list[str], layout: _Layout, *, may_have_nul: bool) -> None:
    """Put a row where it belongs: among the rows, or aside with its reason."""
    page.count += 1
    width = len(layout.header)
    if len(source) != width:
        page.rejects.append(_reject(f"{len(source)} fields, {width} expected", source, layout))
        return
    row = layout.order(source)
    if layout.words:
        row = _translated(row, layout.words)
    instant = parse_instant(row[MESSAGE_DATE])
    if instant is None:
        fault = "messageDate is no time"
    elif instant > layout.latest:
        fault = "messageDate is in the future"
    elif may_have_nul and any(NUL in value for value in source):
        fault = "a NUL character"
    else:
        fault = _fault(row)
    if fault or instant is None:
        at = instant.isoformat() if instant else None
        page.rejects.append(replace(_reject(fault, source, layout), key=row[MESSAGE_ID], at=at))
        return
    page.rows.append(row)
    page.moments.append(instant.isoformat())
    if layout.extra:
        page.extras.append(_as_json({name: source[place] for name, place in layout.extra}))


def _overlong(endpoint: Endpoint) -> OverlongAnswerError:
    return OverlongAnswerError(
        endpoint.name,
        f"at most {endpoint.paging.page_size} rows were expected and more came: the limit is"
        " ignored, so pages would overlap; nothing of them is loaded",
    )


def _layout(header: tuple[str, ...], endpoint: Endpoint) -> _Layout:
    if len(set(header)) < len(header):
        raise UnexpectedFormatError(endpoint.name, "a CSV header names the same column twice")
    columns = {column.name: column for column in endpoint.columns}
    stored = [columns.pop(name) for name in NAMES]
    places = []
    for column in stored:
        place = _place(column, header)
        if place is None and column.is_required:
            raise UnexpectedFormatError(
                endpoint.name,
                f"a CSV header with {' or '.join(column.sources)} was expected and"
                f" {len(header)} other columns came",
            )
        places.append(place)
    # a field of ours without a column in raw is kept under our name, an unknown one under its own
    named = {
        place: name for name, each in columns.items() if (place := _place(each, header)) is not None
    }
    extra = tuple(
        (named.get(place, name), place) for place, name in enumerate(header) if place not in places
    )
    words = tuple(
        (place, dict(column.values)) for place, column in enumerate(stored) if column.values
    )
    return _Layout(header, _order(places), extra, words, now() + CLOCK_SKEW)


def _place(column: Column, header: Sequence[str]) -> int | None:
    return next((header.index(name) for name in column.sources if name in header), None)


def _translated(row: Row, words: Iterable[tuple[int, Mapping[str, str]]]) -> Row:
    translated = list(row)
    for place, known in words:
        translated[place] = known.get(row[place], row[place])
    return tuple(translated)


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


def _reject(reason: str, source: list[str], layout: _Layout) -> Reject:
    named = len(source) == len(layout.header)
    payload: object = dict(zip(layout.header, source, strict=True)) if named else source
    return Reject(reason, _as_json(payload))


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
