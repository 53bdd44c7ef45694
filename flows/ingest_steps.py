"""The steps that read conversations and contacts: a list whole, messages by windows."""

from collections.abc import Callable
from datetime import date
from itertools import takewhile

from flows.ingest_run import IngestRun, facts
from flows.take_steps import take_step, take_windows
from lib.clock import local_date, now
from lib.indigitall.endpoints import CHAT_HISTORY, Endpoint
from lib.indigitall.paging import read_message_pages, read_record_pages
from lib.indigitall.windows import DayRange, Window, windows_between
from lib.log import get_logger
from lib.raw.batches import Counts
from lib.raw.checkpoints import load_checkpoints
from lib.raw.coverage import plan_reading
from lib.raw.messages import load_message_window
from lib.raw.projects import IngestProject
from lib.raw.resources import resource_of
from lib.raw.snapshots import load_snapshot

__all__ = ["asked_days", "load_list", "load_messages", "windows_to_read"]

log = get_logger("flows.ingest")


def windows_to_read(run: IngestRun, since: date | None, until: date | None) -> list[Window]:
    """The windows of these local days; without any, of the days that no run has read for good."""
    project, rule = run.project, run.project.endpoint(CHAT_HISTORY).window
    assert rule is not None
    moment = now()
    today = local_date(moment, project.timezone)
    ranges: tuple[DayRange, ...]
    if since is None and until is None:
        known = load_checkpoints(run.connection, project.project_id, CHAT_HISTORY.name)
        ranges = plan_reading(
            known, project.backfill_from, today, project.timezone, project.re_read_days
        )
    else:
        ranges = asked_days(project, since, until, today)
    windows = [
        window for days in ranges for window in windows_between(days, project.timezone, rule)
    ]
    # nothing can have happened in a window that has not begun
    return [window for window in windows if window.begins_at <= moment]


def asked_days(
    project: IngestProject, since: date | None, until: date | None, today: date
) -> tuple[DayRange, ...]:
    """The local days somebody asks for, up to today; none that a purge has removed or would."""
    first, last = since or project.backfill_from, min(until or today, today)
    first = max(first, project.not_before or first)
    return (DayRange(first, last),) if first <= last else ()


def load_messages(run: IngestRun, windows: list[Window]) -> None:
    """Read the windows one by one; one that fails leaves the others alone."""
    endpoint = run.project.endpoint(CHAT_HISTORY)

    def reading(window: Window) -> Callable[[], Counts]:
        return lambda: load_message_window(
            run.connection,
            run.project,
            window,
            read_message_pages(run.client, endpoint, window),
            key_of=run.key_of,
            run_id=run.run_id,
        )

    take_windows(run, endpoint, windows, reading)
    _tell_empty_beginning(run)


def _tell_empty_beginning(run: IngestRun) -> None:
    """A history that begins much later than it is asked for is told; all of it is read anyway.

    Its windows are not asked for again: an empty window is complete like any other.
    """
    read = [done for done in run.outcomes if done.endpoint == CHAT_HISTORY.name]
    empty = list(takewhile(lambda done: done.status == "ok" and not done.counts.read, read))
    if len(empty) >= run.project.empty_windows_told:
        log.warning(
            "history_begins_later",
            empty_windows=len(empty),
            first=str(empty[0].window),
            last=str(empty[-1].window),
            next_step="a later backfill_from may be what was meant",
        )


def load_list(run: IngestRun, endpoint: Endpoint, window: Window | None = None) -> None:
    """Read one list whole; of a list that wants dates, what it says of these."""
    outcome = take_step(
        run,
        endpoint,
        lambda: load_snapshot(
            run.connection,
            run.project,
            resource_of(endpoint),
            read_record_pages(run.client, endpoint, window),
            key_of=run.key_of,
            run_id=run.run_id,
        ),
    )
    if outcome.status == "ok":
        log.info("list_loaded", endpoint=endpoint.name, **facts(outcome.counts))
