"""The steps that read campaigns: their lists, and their statistics by windows of the source's days.

Campaigns come after the messages and never keep them waiting: what fails here is recorded, the
other endpoints are read, and the run fails at its end.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from flows.ingest_steps import (
    IngestionFailedError,
    IngestRun,
    facts,
    failure_on_record,
    load_list,
)
from lib.clock import local_date, now
from lib.indigitall.endpoints import Endpoint
from lib.indigitall.paging import read_record_pages
from lib.indigitall.windows import DayRange, Window, source_windows
from lib.log import get_logger
from lib.raw.batches import Counts
from lib.raw.checkpoints import load_checkpoints
from lib.raw.statistics import load_statistics_window

__all__ = ["RE_READ_DAYS", "load_campaigns", "statistics_windows"]

log = get_logger("flows.ingest")
# Statistics of a day grow for some days after it, as people open and click.
RE_READ_DAYS = 7


def load_campaigns(
    run: IngestRun, endpoints: Iterable[Endpoint], since: date | None, until: date | None
) -> list[str]:
    """Read these endpoints of campaigns, or any other; returns what failed, in words."""
    failures: list[str] = []
    for endpoint in endpoints:
        try:
            if endpoint.day_field:
                _load_statistics(run, endpoint, since, until)
            else:
                load_list(run, endpoint, _latest(run, endpoint))
        except IngestionFailedError as error:
            log.error("endpoint_failed", endpoint=endpoint.name, error=str(error))
            failures.append(str(error))
    return failures


def _latest(run: IngestRun, endpoint: Endpoint) -> Window | None:
    """The last days a list that wants dates can be asked for at once; None when it wants none."""
    if endpoint.window is None:
        return None
    today = local_date(now(), run.project.timezone)
    days = DayRange(today - timedelta(days=endpoint.window.max_days - 1), today)
    return source_windows(days, endpoint.window)[-1]


def statistics_windows(
    run: IngestRun, endpoint: Endpoint, since: date | None, until: date | None
) -> list[Window]:
    """The windows of these days; without any, of those no run has read and of the last week."""
    rule = endpoint.window
    if rule is None:
        raise ValueError(f"{endpoint.name} was expected to have a window rule")
    today = local_date(now(), run.project.timezone)
    if since is None and until is None:
        known = load_checkpoints(run.connection, run.project.project_id, endpoint.name)
        begin = run.project.backfill_from
        # windows are read oldest first and a failing one ends the endpoint: there are no holes
        done = max((point.date_to for point in known), default=begin)
        if min((point.date_from for point in known), default=begin) > begin:
            done = begin
        first = max(min(done, today - timedelta(days=RE_READ_DAYS)), begin)
        last = today
    else:
        first, last = since or run.project.backfill_from, min(until or today, today)
        # what a purge has removed does not come in even when asked for
        first = max(first, run.project.not_before or first)
    return source_windows(DayRange(first, last), rule) if first <= last else []


def _load_statistics(
    run: IngestRun, endpoint: Endpoint, since: date | None, until: date | None
) -> None:
    total = Counts()
    for window in statistics_windows(run, endpoint, since, until):
        with failure_on_record(run, endpoint, window):
            total += run.step(f"{endpoint.name} {window}", _reading(run, endpoint, window))
        if endpoint.name in run.not_offered:
            return
    run.by_endpoint[endpoint.name] = total
    log.info("statistics_loaded", endpoint=endpoint.name, **facts(total))


def _reading(run: IngestRun, endpoint: Endpoint, window: Window) -> Callable[[], Counts]:
    def work() -> Counts:
        return load_statistics_window(
            run.connection,
            run.project,
            endpoint,
            window,
            read_record_pages(run.client, endpoint, window),
            run_id=run.run_id,
        )

    return work
