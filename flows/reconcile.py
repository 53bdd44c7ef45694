"""Does raw hold what the API sent? `python -m flows.reconcile --project N [--from D --to D]`.

For every day that was read: the rows in the API's pages at the last read, what is known of those
that are not in raw (duplicates, rejects, foreign sessions, ...), and what raw holds now. A table
goes to stdout, of days that do not add up alone with `--differences`. Nothing is asked of the API.
The exit code is 0 when every day adds up, 1 when one does not, 2 when it cannot be said.
"""

import argparse
import csv
import sys
from collections.abc import Sequence
from dataclasses import astuple, fields
from datetime import date
from uuid import uuid4

from lib.config import SettingsError, get_settings
from lib.db.urls import NoDatabaseError
from lib.indigitall.errors import EndpointFileError
from lib.log import configure_logging, get_logger
from lib.raw.connection import ingest_connection
from lib.raw.projects import UnknownProjectError, load_ingest_project
from lib.raw.recount import ReconciledDay, reconciled_days

__all__ = ["main", "reconcile"]

log = get_logger("flows.reconcile")
ADDS_UP, DIFFERENT, NOT_POSSIBLE = 0, 1, 2
COLUMNS = [field.name for field in fields(ReconciledDay)]


def reconcile(
    project_id: int, *, since: date | None = None, until: date | None = None
) -> list[ReconciledDay]:
    """Every day of the project that was read, of messages and statistics the source's days.

    A day that does not add up is a warning with both numbers. Raises UnknownProjectError,
    EndpointFileError and NoDatabaseError.
    """
    with ingest_connection(uuid4().hex[:12]) as connection:
        days = reconciled_days(
            connection, load_ingest_project(connection, project_id), since, until
        )
    wrong = [each for each in days if each.unexplained_rows]
    for each in wrong:
        log.warning(
            "rows_differ",
            project_id=project_id,
            endpoint=each.endpoint,
            day=each.day.isoformat(),
            api_rows=each.api_rows,
            raw_rows=each.raw_rows,
            unexplained=each.unexplained_rows,
        )
    log.info(
        "reconciled",
        project_id=project_id,
        days=len(days),
        api_rows=sum(each.api_rows for each in days),
        raw_rows=sum(each.raw_rows for each in days),
        days_unexplained=len(wrong),
    )
    return days


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit codes are those of the module's first lines."""
    parser = argparse.ArgumentParser(prog="python -m flows.reconcile", description=__doc__)
    parser.add_argument("--project", type=int, required=True, help="the project's number")
    parser.add_argument("--from", dest="since", type=date.fromisoformat, help="first day")
    parser.add_argument("--to", dest="until", type=date.fromisoformat, help="last day")
    parser.add_argument("--differences", action="store_true", help="only days that do not add up")
    options = parser.parse_args(arguments)
    configure_logging()
    try:
        settings = get_settings()
        configure_logging(settings.log_format, settings.log_level)
        days = reconcile(options.project, since=options.since, until=options.until)
    except (EndpointFileError, NoDatabaseError, SettingsError, UnknownProjectError) as error:
        log.error("reconciliation_failed", project_id=options.project, error=str(error))
        return NOT_POSSIBLE
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in days:
        if each.unexplained_rows or not options.differences:
            writer.writerow(astuple(each))
    return DIFFERENT if any(each.unexplained_rows for each in days) else ADDS_UP


if __name__ == "__main__":
    sys.exit(main())
