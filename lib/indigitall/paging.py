"""Read an endpoint page by page, with the guards that keep a cut from going unnoticed."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from lib.indigitall.answers import check_csv, entries_of, json_envelope, value_at
from lib.indigitall.client import IndigitallClient
from lib.indigitall.endpoints import Endpoint, Paging
from lib.indigitall.errors import (
    LimitReachedError,
    OverlongAnswerError,
    RepeatedPageError,
    TooManyPagesError,
)
from lib.indigitall.message_csv import parse_message_page
from lib.indigitall.records import (
    JsonRecord,
    MessagePage,
    RecordPage,
    Reject,
    parse_record,
)
from lib.indigitall.streamed import StreamedAnswer
from lib.indigitall.windows import Window
from lib.log import get_logger

__all__ = ["read_message_pages", "read_record_pages"]

log = get_logger(__name__)
Content = TypeVar("Content", MessagePage, RecordPage)


def read_message_pages(
    client: IndigitallClient, endpoint: Endpoint, window: Window
) -> Iterator[MessagePage]:
    """Every page of one window, in the API's order. Raises IndigitallError."""

    def parse(answer: StreamedAnswer) -> MessagePage:
        check_csv(answer, endpoint)
        return parse_message_page(answer.pieces(), endpoint)

    return _pages(client, endpoint, _dates(endpoint, window), parse)


def read_record_pages(
    client: IndigitallClient, endpoint: Endpoint, window: Window | None = None
) -> Iterator[RecordPage]:
    """Every page of a JSON list, of statistics those of one window.

    Records of other projects raise. Raises IndigitallError.
    """

    def parse(answer: StreamedAnswer) -> RecordPage:
        envelope = json_envelope(answer, endpoint)
        return _record_page(envelope, answer.digest(), endpoint, client.project_id)

    dates = _dates(endpoint, window) if window else {}
    return _pages(client, endpoint, dates, parse)


def _dates(endpoint: Endpoint, window: Window) -> dict[str, str]:
    rule = endpoint.window
    if rule is None:
        raise ValueError(f"{endpoint.name} was expected to have a window rule")
    return {
        rule.from_param: window.date_from.strftime(rule.date_format),
        rule.to_param: window.date_to.strftime(rule.date_format),
    }


def _pages(
    client: IndigitallClient,
    endpoint: Endpoint,
    query: Mapping[str, str],
    parse: Callable[[StreamedAnswer], Content],
) -> Iterator[Content]:
    """Pages up to the first short one, which is the last; an empty one is not given."""
    paging = endpoint.paging
    sized = {paging.limit_param: str(paging.page_size)} if paging.style != "none" else {}
    previous, rows, cursor = b"", 0, ""
    for number in range(paging.first_page, paging.first_page + paging.max_pages):
        placed = _place(paging, number, rows, cursor)
        page = client.read(endpoint, {**query, **sized, **placed}, parse)
        if page.row_count == 0:
            return
        if page.digest == previous:
            raise RepeatedPageError(
                endpoint.name,
                f"page {number} is identical to the one before: the page parameter is ignored",
            )
        previous = page.digest
        rows += page.row_count
        yield page
        cursor = page.cursor if isinstance(page, RecordPage) else ""
        is_last = not cursor if paging.style == "cursor" else page.row_count < paging.page_size
        if paging.style == "none" or is_last:
            _warn_about_total(endpoint, page, rows)
            return
        if paging.style == "limit":
            raise LimitReachedError(
                endpoint.name,
                f"fewer rows than the limit of {paging.page_size} were expected and as many came:"
                " rows may be missing",
            )
    raise TooManyPagesError(
        endpoint.name, f"an end within {paging.max_pages} pages was expected; raise max_pages"
    )


def _place(paging: Paging, number: int, rows: int, cursor: str) -> dict[str, str]:
    """What names the next page: its number, the rows before it, or what the last answer said."""
    if paging.style == "page":
        return {paging.page_param: str(number)}
    if paging.style == "offset":
        return {paging.offset_param: str(rows)}
    return {paging.cursor_param: cursor} if paging.style == "cursor" and cursor else {}


def _warn_about_total(endpoint: Endpoint, page: MessagePage | RecordPage, rows: int) -> None:
    # the API's count is known to be wrong at times: it never decides where a list ends
    if isinstance(page, RecordPage) and page.total is not None and page.total != rows:
        log.warning("api_count_differs", endpoint=endpoint.name, said=page.total, read=rows)


def _record_page(
    envelope: Mapping[str, Any], digest: bytes, endpoint: Endpoint, project_id: int
) -> RecordPage:
    entries = entries_of(envelope, endpoint)
    size = endpoint.paging.page_size
    if size and len(entries) > size:
        raise OverlongAnswerError(
            endpoint.name,
            f"at most {size} rows were expected and {len(entries)} came: the limit is ignored;"
            " nothing of them is loaded",
        )
    total = envelope.get("count")
    parsed = [parse_record(entry, endpoint, project_id) for entry in entries]
    return RecordPage(
        records=tuple(entry for entry in parsed if isinstance(entry, JsonRecord)),
        rejects=tuple(entry for entry in parsed if isinstance(entry, Reject)),
        row_count=len(entries),
        total=total if isinstance(total, int) else None,
        digest=digest,
        cursor=str(value_at(envelope, endpoint.paging.cursor_path) or ""),
    )
