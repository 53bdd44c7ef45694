"""Rows in the API's pages against rows in raw, day by day, written down whenever a day is read."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime, timedelta

from lib.clock import now
from lib.indigitall.records import Reject
from lib.indigitall.windows import Window, local_days
from lib.log import get_logger
from lib.raw.batches import Load
from lib.raw.connection import Connection

__all__ = ["ApiRows", "DayRows", "record_days", "source_day", "tell_run", "window_days"]

log = get_logger(__name__)
ONE_DAY = timedelta(days=1)
UTC_MARK = "+00:00"


@dataclass(frozen=True, slots=True)
class DayRows:
    """One day: what the API's pages held, why not all of it is in raw, and what raw holds."""

    day: date
    api_rows: int = 0
    duplicate_rows: int = 0
    rejected_rows: int = 0
    quarantined_rows: int = 0
    left_out_rows: int = 0
    kept_rows: int = 0
    raw_rows: int = 0

    @property
    def unexplained_rows(self) -> int:
        """More (or, below zero, fewer) rows in raw than what is known explains."""
        missing = (
            self.duplicate_rows + self.rejected_rows + self.quarantined_rows + self.left_out_rows
        )
        return self.raw_rows - self.api_rows + missing - self.kept_rows


class ApiRows:
    """Rows counted while pages pass, by the source's day; a reject without a day has none."""

    def __init__(self) -> None:
        self.rows: Counter[str] = Counter()
        self.rejected: Counter[str] = Counter()

    def add(self, moments: Iterable[str], rejects: Sequence[Reject]) -> None:
        """One page: the times or days of its rows, and what was set aside of it."""
        self.rows.update(map(source_day, moments))
        self.rejected.update(source_day(reject.at) for reject in rejects if reject.at)

    def on(self, day: date) -> tuple[int, int]:
        """Rows that were passed on, and those that were set aside."""
        return self.rows[day.isoformat()], self.rejected[day.isoformat()]


def source_day(moment: str) -> str:
    """The day in UTC of a time with an offset; a day stays what it is."""
    if len(moment) > len("2026-02-10") and not moment.endswith(UTC_MARK):
        moment = datetime.fromisoformat(moment).astimezone(UTC).isoformat()
    return moment[:10]


def window_days(
    window: Window,
    api: ApiRows,
    staged: Iterable[tuple[date, int, int]],
    stored: Iterable[tuple[date, int, int]],
) -> list[DayRows]:
    """The source's days that a window holds whole, up to today.

    `staged` has, by day, the distinct rows that came and how many of them are left out; `stored`
    the rows of raw and how many of them are there although they did not come.
    """
    came_by_day = {day: numbers for day, *numbers in staged}
    raw_by_day = {day: numbers for day, *numbers in stored}
    last = min(window.date_to - ONE_DAY, now().date())
    found: list[DayRows] = []
    for day in local_days(window.date_from, last) if window.date_from <= last else ():
        (came, rejected), (distinct, left_out) = api.on(day), came_by_day.get(day, (0, 0))
        raw_rows, kept = raw_by_day.get(day, (0, 0))
        found.append(
            DayRows(
                day,
                api_rows=came + rejected,
                duplicate_rows=came - distinct,
                rejected_rows=rejected,
                left_out_rows=left_out,
                kept_rows=kept,
                raw_rows=raw_rows,
            )
        )
    return found


NAMES = tuple(field.name for field in fields(DayRows))
SAVE = f"""
insert into raw.reconciliation (project_id, endpoint, {", ".join(NAMES)}, run_id, reconciled_at)
values (%(project)s, %(endpoint)s, {", ".join(f"%({name})s" for name in NAMES)}, %(run)s, %(now)s)
on conflict (project_id, endpoint, day) do update
set {", ".join(f"{name} = excluded.{name}" for name in NAMES[1:])},
    replayed_rows = 0, run_id = excluded.run_id, reconciled_at = excluded.reconciled_at
"""


def record_days(connection: Connection, load: Load, days: Sequence[DayRows]) -> None:
    """Write the days down in the caller's transaction.

    A day that does not add up gets a warning, with both numbers.
    """
    about = {"project": load.project_id, "endpoint": load.endpoint, "run": load.run_id}
    with connection.cursor() as cursor:
        cursor.executemany(SAVE, [{**asdict(each), **about, "now": now()} for each in days])
    for each in (day for day in days if day.unexplained_rows):
        log.warning(
            "rows_differ",
            endpoint=load.endpoint,
            day=each.day.isoformat(),
            api_rows=each.api_rows,
            raw_rows=each.raw_rows,
            unexplained=each.unexplained_rows,
        )


RUN = """
select
    count(*), coalesce(sum(api_rows), 0), coalesce(sum(raw_rows), 0),
    count(*) filter (where unexplained_rows <> 0)
from raw.reconciliation
where project_id = %s and run_id = %s
"""


def tell_run(connection: Connection, project_id: int, run_id: str) -> None:
    """Say in one line what the days a run has read come to, all endpoints together."""
    found = connection.execute(RUN, [project_id, run_id]).fetchone() or (0, 0, 0, 0)
    days, api_rows, raw_rows, wrong = found
    numbers = {"api_rows": int(api_rows), "raw_rows": int(raw_rows), "days_unexplained": wrong}
    log.info("reconciled", days=days, **numbers)
