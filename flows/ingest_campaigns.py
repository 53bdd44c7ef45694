"""The steps that read campaigns: their lists, and their statistics by windows of the source's days.

Campaigns come after the messages and never keep them waiting.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from flows.ingest_run import IngestRun
from flows.ingest_steps import asked_days, load_list
from flows.take_steps import take_windows
from lib.clock import local_date, now
from lib.indigitall.endpoints import Endpoint
from lib.indigitall.paging import read_record_pages
from lib.indigitall.windows import DayRange, Window, source_windows
from lib.raw.batches import Counts
from lib.raw.checkpoints import load_checkpoints
from lib.raw.coverage import plan_source_days
from lib.raw.statistics import load_statistics_window

__all__ = ["latest_days", "load_campaigns", "load_statistics", "statistics_windows"]


def load_campaigns(
    run: IngestRun, endpoints: Iterable[Endpoint], since: date | None, until: date | None
) -> None:
    """Read these endpoints of campaigns, or any other."""
    for endpoint in endpoints:
        if endpoint.day_field:
            load_statistics(run, endpoint, statistics_windows(run, endpoint, since, until))
        else:
            load_list(run, endpoint, latest_days(run, endpoint))


def latest_days(run: IngestRun, endpoint: Endpoint) -> Window | None:
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
    project, rule = run.project, endpoint.window
    if rule is None:
        raise ValueError(f"{endpoint.name} was expected to have a window rule")
    today = local_date(now(), project.timezone)
    ranges: tuple[DayRange, ...]
    if since is None and until is None:
        known = load_checkpoints(run.connection, project.project_id, endpoint.name)
        late = project.statistics_re_read_days
        ranges = plan_source_days(known, project.backfill_from, today, project.timezone, late)
    else:
        ranges = asked_days(project, since, until, today)
    return [window for days in ranges for window in source_windows(days, rule)]


def load_statistics(run: IngestRun, endpoint: Endpoint, windows: list[Window]) -> None:
    """Read these windows of one endpoint of statistics."""

    def reading(window: Window) -> Callable[[], Counts]:
        return lambda: load_statistics_window(
            run.connection,
            run.project,
            endpoint,
            window,
            read_record_pages(run.client, endpoint, window),
            run_id=run.run_id,
        )

    take_windows(run, endpoint, windows, reading)
