"""How fast messages go from CSV text into raw: first, again, and against a plain COPY of them."""

import csv
import io
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from infra.bench.other_loader import measure_dlt_merge
from infra.bench.results import Result, at_least
from lib.config import get_settings
from lib.indigitall.endpoints import CHAT_HISTORY, MESSAGE_COLUMNS
from lib.indigitall.message_csv import parse_message_page
from lib.indigitall.records import MessagePage
from lib.indigitall.windows import Window
from lib.raw.connection import Connection, ingest_connection
from lib.raw.message_lines import contact_keys, message_lines
from lib.raw.message_sql import CLEAR, COPY, CREATE
from lib.raw.messages import load_message_window
from lib.raw.projects import load_ingest_project

PAGE_ROWS = 5000
ENDPOINT = replace(CHAT_HISTORY, paging=replace(CHAT_HISTORY.paging, page_size=PAGE_ROWS))
CONTACTS = 600
BEGIN = datetime(2026, 1, 12, tzinfo=UTC)
WINDOW = Window(date(2026, 1, 12), date(2026, 1, 19), BEGIN, BEGIN + timedelta(days=7))


def measure_raw_upsert(project_id: int, size: int) -> list[Result]:
    """Rows a second for `size` messages of one window of one project, which has none yet."""
    bodies = list(_csv_pages(size))
    key_of = contact_keys(get_settings().pii_key.get_secret_value(), project_id)
    with ingest_connection("bench") as connection:
        project = load_ingest_project(connection, project_id)

        def load() -> None:
            load_message_window(
                connection, project, WINDOW, _parsed(bodies), key_of=key_of, run_id="bench"
            )

        first, again = _rows_a_second(load, size), _rows_a_second(load, size)
        lines = [message_lines(page, key_of) for page in _parsed(bodies)]
        plain = _rows_a_second(lambda: _copy(connection, lines), size)
    copy = "raw_plain_copy"
    other = measure_dlt_merge(bodies, size)
    against_dlt = [
        Result("raw_upsert_times_dlt", size, first / row.value, "ratio", compared_with=row.name)
        for row in other[:1]
    ]
    return [
        at_least(Result("raw_upsert_first", size, first, "rows/s"), 45_000),
        at_least(Result("raw_upsert_identical", size, again, "rows/s"), 60_000),
        Result(copy, size, plain, "rows/s"),
        at_least(
            Result("raw_upsert_share_of_copy", size, first / plain, "ratio", compared_with=copy),
            0.25,
        ),
        *other,
        *(at_least(row, 10) for row in against_dlt),
    ]


def _rows_a_second(work: Callable[[], None], size: int) -> float:
    begun = time.perf_counter()
    work()
    return size / (time.perf_counter() - begun)


def _copy(connection: Connection, lines: Sequence[bytes]) -> None:
    """The same lines into a table without keys and indexes: what the disk and the wire allow."""
    connection.execute(CREATE)
    connection.execute(CLEAR)
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for chunk in lines:
            copy.write(chunk)


def _parsed(bodies: Sequence[bytes]) -> Iterator[MessagePage]:
    return (parse_message_page([body], ENDPOINT) for body in bodies)


def _csv_pages(size: int) -> Iterator[bytes]:
    """Pages as the API sends them: one message every few seconds through seven days."""
    step = timedelta(days=7) / size
    header = [column.sources[0] for column in MESSAGE_COLUMNS]
    for start in range(0, size, PAGE_ROWS):
        page = io.StringIO(newline="")
        writer = csv.writer(page, lineterminator="\n")
        writer.writerow(header)
        for number in range(start, min(start + PAGE_ROWS, size)):
            message = _message(number, BEGIN + number * step)
            writer.writerow([message.get(name, "") for name in header])
        yield page.getvalue().encode()


def _message(number: int, at: datetime) -> dict[str, str]:
    """One invented inbound message."""
    return {
        "messageId": str(90_000_000 + number),
        "messageDate": at.isoformat(timespec="seconds"),
        "sendType": "input",
        "contentType": "text",
        "content": f"Hola, ¿cuál es el saldo de mi crédito número {number}?",
        "integration": "df",
        "channel": "cloudapi",
        "profileName": f"Contacto {number % CONTACTS}",
        "contactId": str(573_000_000_000 + number % CONTACTS),
        "dfIntentId": "df-0003",
        "dfIntentName": "[1.2] consulta_saldo",
        "isFallback": "No",
    }
