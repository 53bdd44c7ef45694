"""The steps of one ingestion run: which windows, one list, one window, a failure on record."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import date

import psycopg

from lib.clock import local_date, now
from lib.indigitall.client import IndigitallClient
from lib.indigitall.endpoints import CHAT_HISTORY, Endpoint
from lib.indigitall.errors import IndigitallError, NotOfferedError
from lib.indigitall.paging import read_message_pages, read_record_pages
from lib.indigitall.windows import DayRange, Window, windows_between
from lib.log import get_logger
from lib.raw.api_calls import CallLog
from lib.raw.batches import Counts
from lib.raw.checkpoints import load_checkpoints
from lib.raw.connection import Connection
from lib.raw.coverage import plan_reading
from lib.raw.message_lines import KeyOf
from lib.raw.messages import load_message_window
from lib.raw.projects import IngestProject
from lib.raw.resources import resource_of
from lib.raw.snapshots import load_snapshot
from lib.raw.sync_state import record_failure, record_not_offered

__all__ = [
    "IngestRun",
    "IngestionFailedError",
    "StepRunner",
    "facts",
    "failure_on_record",
    "load_list",
    "load_messages",
    "windows_to_read",
]

log = get_logger("flows.ingest")

# How a step is run: its name and its work. Prefect's shell makes a task of each.
StepRunner = Callable[[str, Callable[[], Counts]], Counts]


class IngestionFailedError(Exception):
    """A step failed for good; names project, endpoint and window. What was committed stays."""


@dataclass(slots=True)
class IngestRun:
    """What every step of one run needs, and what the steps did so far."""

    connection: Connection
    client: IndigitallClient
    project: IngestProject
    key_of: KeyOf
    run_id: str
    step: StepRunner
    calls: CallLog
    by_endpoint: dict[str, Counts] = field(default_factory=dict)
    not_offered: list[str] = field(default_factory=list)


def windows_to_read(run: IngestRun, since: date | None, until: date | None) -> list[Window]:
    """The windows of these local days; without any, of the days that no run has read for good."""
    project, rule = run.project, run.project.endpoint(CHAT_HISTORY).window
    assert rule is not None
    moment = now()
    today = local_date(moment, project.timezone)
    ranges: tuple[DayRange, ...]
    if since is None and until is None:
        known = load_checkpoints(run.connection, project.project_id, CHAT_HISTORY.name)
        ranges = plan_reading(known, project.backfill_from, today, project.timezone)
    else:
        first, last = since or project.backfill_from, min(until or today, today)
        # what a purge has removed, or would remove, does not come in even when asked for
        first = max(first, project.not_before or first)
        ranges = (DayRange(first, last),) if first <= last else ()
    windows = [
        window for days in ranges for window in windows_between(days, project.timezone, rule)
    ]
    # nothing can have happened in a window that has not begun
    return [window for window in windows if window.begins_at <= moment]


def load_messages(run: IngestRun, windows: list[Window]) -> None:
    """Read the windows one by one, each committed before the next is asked for."""
    total = run.by_endpoint.get(CHAT_HISTORY.name, Counts())
    for done, window in enumerate(windows, start=1):
        counts = _load_window(run, window)
        total += counts
        run.by_endpoint[CHAT_HISTORY.name] = total
        log.info(
            "window_loaded",
            window=str(window),
            windows_done=done,
            windows_total=len(windows),
            rows_so_far=total.read,
            **facts(counts),
        )


def load_list(run: IngestRun, endpoint: Endpoint, window: Window | None = None) -> None:
    """Read one list whole; of a list that wants dates, what it says of these."""

    def work() -> Counts:
        return load_snapshot(
            run.connection,
            run.project,
            resource_of(endpoint),
            read_record_pages(run.client, endpoint, window),
            key_of=run.key_of,
            run_id=run.run_id,
        )

    with failure_on_record(run, endpoint):
        counts = run.step(endpoint.name, work)
        run.by_endpoint[endpoint.name] = counts
        log.info("list_loaded", endpoint=endpoint.name, **facts(counts))


def facts(counts: Counts) -> dict[str, int]:
    """The counts that are not zero, for a log line."""
    return {name: value for name, value in asdict(counts).items() if value}


def _load_window(run: IngestRun, window: Window) -> Counts:
    def work() -> Counts:
        return load_message_window(
            run.connection,
            run.project,
            window,
            read_message_pages(run.client, run.project.endpoint(CHAT_HISTORY), window),
            key_of=run.key_of,
            run_id=run.run_id,
        )

    with failure_on_record(run, CHAT_HISTORY, window):
        return run.step(f"{CHAT_HISTORY.name} {window}", work)


@contextmanager
def failure_on_record(
    run: IngestRun, endpoint: Endpoint, window: Window | None = None
) -> Iterator[None]:
    """Enter a failure into the sync state and raise it with its place; keep the calls either way.

    An endpoint that is not offered and may be missing is entered and passed over.
    """
    project_id, name = run.project.project_id, endpoint.name
    place = f"{name} {window}" if window else name
    try:
        yield
    except NotOfferedError as error:
        if endpoint.is_required:
            raise _failed(run, endpoint, place, str(error)) from error
        record_not_offered(run.connection, project_id, name, str(error))
        run.not_offered.append(name)
        log.warning("endpoint_not_offered", endpoint=name)
    except IndigitallError as error:
        raise _failed(run, endpoint, place, str(error)) from error
    except psycopg.Error as error:
        # its text may quote the row it failed on, so neither it nor its trace goes further
        what = f"the database refused it ({type(error).__name__} {error.sqlstate or ''})"
        raise _failed(run, endpoint, place, what) from None
    finally:
        # a lost connection is the failure itself, which must be heard
        with suppress(psycopg.OperationalError):
            run.calls.write(run.connection)


def _failed(run: IngestRun, endpoint: Endpoint, place: str, what: str) -> IngestionFailedError:
    project_id = run.project.project_id
    # a lost connection cannot take the note either, and the failure itself is what must be heard
    with suppress(psycopg.OperationalError):
        record_failure(run.connection, project_id, endpoint.name, f"{place}: {what}")
    return IngestionFailedError(f"project {project_id}, {place}: {what}")
