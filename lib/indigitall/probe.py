"""Compare what one endpoint sends today with what we read from it; by names, never by values."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from lib.indigitall.answers import csv_text, entries_of, json_envelope
from lib.indigitall.client import IndigitallClient
from lib.indigitall.endpoints import Endpoint
from lib.indigitall.errors import (
    AnswerError,
    ForeignProjectError,
    NotOfferedError,
    RequestRefusedError,
    TemporaryError,
    UnexpectedFormatError,
)
from lib.indigitall.streamed import StreamedAnswer

__all__ = ["EndpointProbe", "ProbeStatus", "probe_endpoint"]

ProbeStatus = Literal["ok", "empty", "not_offered", "refused", "failed"]
# A header or a key that is none of these may be somebody's data: it is counted and not named.
FIELD_NAME = re.compile(r"(?!.*\d{4})[A-Za-z_][A-Za-z0-9_.-]*")
LONGEST_NAME = 60
UNNAMED = "(unnamed)"


@dataclass(frozen=True, slots=True)
class EndpointProbe:
    """What one endpoint answered: `missing` fields we read, `lacking` ones that may be missing.

    `new` are fields that came and that we do not read; raw keeps them all the same.
    `empty` is an answer without records, which tells nothing about fields. `reason` is the kind of
    refusal or failure, never the API's own words, which may quote what was asked.
    """

    endpoint: str
    method: str
    path: str
    status: ProbeStatus
    is_required: bool
    present: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A field we read, by any of its names at the source."""

    sources: tuple[str, ...]
    is_expected: bool

    @property
    def name(self) -> str:
        return " / ".join(self.sources)


def probe_endpoint(client: IndigitallClient, endpoint: Endpoint, today: date) -> EndpointProbe:
    """Ask for one record, where there are windows for one of the last day.

    When no record came the widest window the API takes is asked for as well. What the API says or
    fails to say becomes the status, so nothing is raised.
    """
    try:
        found = client.read(endpoint, _query(endpoint, today, days=1), _names_of(client, endpoint))
        if not found and endpoint.window and endpoint.window.max_days > 1:
            widest = _query(endpoint, today, days=endpoint.window.max_days)
            found = client.read(endpoint, widest, _names_of(client, endpoint))
    except NotOfferedError as error:
        return _without_fields(endpoint, "not_offered", f"{error.status}")
    except RequestRefusedError as error:
        return _without_fields(endpoint, "refused", f"{error.status}")
    except (TemporaryError, AnswerError) as error:
        return _without_fields(endpoint, "failed", type(error).__name__)
    if not found:
        return _without_fields(endpoint, "empty", "")
    return _compared(endpoint, found)


def _query(endpoint: Endpoint, today: date, *, days: int) -> dict[str, str]:
    paging, rule = endpoint.paging, endpoint.window
    query: dict[str, str] = {}
    if rule:
        first = today - timedelta(days=days)
        query[rule.from_param] = first.strftime(rule.date_format)
        query[rule.to_param] = today.strftime(rule.date_format)
    if paging.style != "none":
        query[paging.limit_param] = "1"
    if paging.style == "page":
        query[paging.page_param] = str(paging.first_page)
    return query


def _names_of(
    client: IndigitallClient, endpoint: Endpoint
) -> Callable[[StreamedAnswer], frozenset[str]]:
    """The parser of an answer: the names of its fields, none when there is no record."""

    def header(response: StreamedAnswer) -> frozenset[str]:
        first = next(_lines(response, endpoint), [])
        names = frozenset(name.strip() for name in first)
        wanted = _wanted(endpoint)
        if 2 * sum(not names.isdisjoint(field.sources) for field in wanted) < len(wanted):
            # with so few known names this is no header, and values must not pass for names
            raise UnexpectedFormatError(endpoint.name, "a CSV header was expected and none came")
        return names

    def keys(response: StreamedAnswer) -> frozenset[str]:
        records = _records(json_envelope(response, endpoint), endpoint)
        for record in records:
            if str(record.get("applicationId", client.project_id)) != str(client.project_id):
                raise ForeignProjectError(endpoint.name, "a record of another project came")
        return frozenset(name for record in records for name in record)

    return header if endpoint.response == "csv" else keys


def _lines(response: StreamedAnswer, endpoint: Endpoint) -> Iterator[list[str]]:
    text = io.StringIO(csv_text(response, endpoint), newline="")
    return csv.reader(text, delimiter=endpoint.separator)


def _records(envelope: Mapping[str, Any], endpoint: Endpoint) -> list[dict[str, Any]]:
    entries = entries_of(envelope, endpoint)
    if endpoint.record_field:
        entries = [
            entry.get(endpoint.record_field) if isinstance(entry, dict) else None
            for entry in entries
        ]
    if not all(isinstance(entry, dict) for entry in entries):
        place = ".".join(endpoint.records_path)
        raise UnexpectedFormatError(endpoint.name, f"a list of objects in {place} was expected")
    return entries


def _wanted(endpoint: Endpoint) -> list[_Wanted]:
    if endpoint.response == "csv":
        return [_Wanted(column.sources, is_expected=True) for column in endpoint.columns]
    # JSON names only the columns that the source calls otherwise
    called = {column.name: column.sources for column in endpoint.columns}
    # of a list the key is any of these fields, of statistics all of them together
    if endpoint.day_field:
        key = [
            _Wanted(called.get(name, (name,)), name not in endpoint.optional_keys)
            for name in endpoint.key_sources
        ]
    else:
        any_of = tuple(s for name in endpoint.key_sources for s in called.get(name, (name,)))
        key = [_Wanted(any_of, is_expected=not endpoint.is_single)] if any_of else []
    named = {*endpoint.key_sources, *endpoint.expected_fields, *endpoint.accepted_fields}
    return [
        *key,
        *(_Wanted(called.get(name, (name,)), True) for name in endpoint.expected_fields),
        *(_Wanted(called.get(name, (name,)), False) for name in endpoint.accepted_fields),
        *(
            _Wanted(column.sources, column.is_required)
            for column in endpoint.columns
            if column.name not in named
        ),
    ]


def _compared(endpoint: Endpoint, found: frozenset[str]) -> EndpointProbe:
    wanted = _wanted(endpoint)
    there = [field for field in wanted if found & set(field.sources)]
    gone = [field for field in wanted if field not in there]
    known = {source for field in wanted for source in field.sources}
    return EndpointProbe(
        endpoint.name,
        "GET",
        endpoint.path,
        "ok",
        endpoint.is_required,
        present=tuple(next(s for s in field.sources if s in found) for field in there),
        missing=tuple(field.name for field in gone if field.is_expected),
        lacking=tuple(field.name for field in gone if not field.is_expected),
        new=_shown(found - known),
    )


def _shown(names: Iterable[str]) -> tuple[str, ...]:
    """Names in order; what does not look like one is only said to be there."""
    usable = {
        name if len(name) <= LONGEST_NAME and FIELD_NAME.fullmatch(name) else UNNAMED
        for name in names
    }
    return tuple(sorted(usable))


def _without_fields(endpoint: Endpoint, status: ProbeStatus, reason: str) -> EndpointProbe:
    return EndpointProbe(
        endpoint.name, "GET", endpoint.path, status, endpoint.is_required, reason=reason
    )
