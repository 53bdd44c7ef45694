"""API -> raw, one project at a time: `python -m flows.ingest --project N [--from D --to D]`.

`--group conversations`, `contacts` or `statistics` limits it to these endpoints: each group has a
schedule of its own. `--window chat_history:2026-11-12..2026-11-19` repeats one failed window. Lists
are read whole, messages by windows, oldest first; sessions come after them because the scope guard
looks for them in the messages, campaigns last. Every window commits by itself, so a run that stops
anywhere is continued by the next one. The shell for Prefect is `flows/ingest_deployment.py`:
importing Prefect costs seconds, which neither `make run` nor this command should pay.
"""

import argparse
import sys
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import date
from uuid import uuid4

import httpx
from structlog.contextvars import bound_contextvars

from flows.ingest_groups import Selection, read_selected
from flows.ingest_run import (
    IngestionFailedError,
    IngestResult,
    IngestRun,
    RunEndedError,
    StepRunner,
    facts,
)
from flows.repeat_windows import WindowNameError
from flows.run_report import run_report
from lib.config import ServerKeyMissingError, SettingsError, get_settings
from lib.db.urls import NoDatabaseError
from lib.indigitall.access import open_client
from lib.indigitall.endpoints import GROUPS, Group
from lib.indigitall.errors import EndpointFileError, NotConfiguredError
from lib.indigitall.retries import Retries
from lib.log import configure_logging, get_logger
from lib.raw.api_calls import CallLog
from lib.raw.connection import ingest_connection
from lib.raw.lock import IngestionRunningError, project_lock
from lib.raw.message_lines import contact_keys
from lib.raw.projects import UnknownProjectError, active_project_ids, load_ingest_project
from lib.raw.reconciliation import tell_run

__all__ = [
    "EXPECTED_FAILURES",
    "LOCK_WAIT_S",
    "IngestResult",
    "ingest_project",
    "main",
    "projects_to_ingest",
]

log = get_logger("flows.ingest")
# Two groups of one project take turns; what runs longer is a backfill, which the next run follows.
LOCK_WAIT_S = 120.0
EXPECTED_FAILURES = (
    EndpointFileError,
    IngestionFailedError,
    IngestionRunningError,
    NoDatabaseError,
    NotConfiguredError,
    ServerKeyMissingError,
    UnknownProjectError,
    WindowNameError,
)


def ingest_project(
    project_id: int,
    *,
    since: date | None = None,
    until: date | None = None,
    groups: Collection[Group] = GROUPS,
    windows: Sequence[str] = (),
    lock_wait_s: float = LOCK_WAIT_S,
    transport: httpx.BaseTransport | None = None,
    retries: Retries | None = None,
    step: StepRunner | None = None,
    on_report: Callable[[str], None] | None = None,
) -> IngestResult:
    """Bring raw up to date with the API for one project; a second run changes nothing.

    Only the endpoints of `groups` are read, or only the steps named in `windows`. While another run
    reads the project this one waits its turn, at most `lock_wait_s` seconds.

    Without dates it reads what no run has completed, the last complete day and the two before it,
    and today. With dates it reads exactly these local days, up to today. Raises one of
    EXPECTED_FAILURES; a step that fails leaves the others alone, and the run fails at its end. What
    it did goes to the log and to `on_report` as Markdown, also when it failed.
    """
    settings = get_settings()
    run_id = uuid4().hex[:12]
    calls = CallLog(project_id, run_id)
    with (
        bound_contextvars(project_id=project_id, run_id=run_id),
        open_client(
            settings, project_id, transport=transport, retries=retries, on_call=calls.add
        ) as client,
        ingest_connection(run_id) as connection,
        project_lock(connection, project_id, wait_s=lock_wait_s),
    ):
        run = IngestRun(
            connection,
            client,
            load_ingest_project(connection, project_id),
            contact_keys(settings.pii_key.get_secret_value(), project_id),
            run_id,
            step or (lambda _name, work: work()),
            calls,
        )
        return _read(run, Selection(groups, since, until, windows), on_report)


def _read(
    run: IngestRun, selection: Selection, on_report: Callable[[str], None] | None
) -> IngestResult:
    """Take the steps, report what they did however they ended, and fail when one of them did."""
    try:
        with suppress(RunEndedError):
            # what ended it is the last of its failures
            read_selected(run, selection)
            tell_run(run.connection, run.project.project_id, run.run_id)
    finally:
        report = run_report(run)
        log.info("ingestion_report", text=report)
        if on_report:
            on_report(report)
    project_id = run.project.project_id
    result = IngestResult(project_id, run.windows, run.by_endpoint, run.not_offered)
    log.info("ingested", windows=result.windows, **facts(result.counts))
    if run.failures:
        raise IngestionFailedError("; ".join(run.failures))
    return result


def projects_to_ingest(project_id: int | None) -> list[int]:
    """The one named, else every active project."""
    if project_id is not None:
        return [project_id]
    with ingest_connection("list") as connection:
        return active_project_ids(connection)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m flows.ingest", description=__doc__)
    parser.add_argument("--project", type=int, help="a project's number; without it, every one")
    parser.add_argument("--from", dest="since", type=date.fromisoformat, help="first local day")
    parser.add_argument("--to", dest="until", type=date.fromisoformat, help="last local day")
    parser.add_argument(
        "--group", action="append", choices=GROUPS, help="only these endpoints (repeatable)"
    )
    parser.add_argument(
        "--window",
        action="append",
        metavar="NAME:FROM..TO",
        help="only this window, as the log names it; a list by its name (repeatable)",
    )
    options = parser.parse_args(arguments)
    if options.since and options.until and options.until < options.since:
        parser.error(f"--to {options.until} is before --from {options.since}")
    if options.window and (options.project is None or options.since or options.until):
        parser.error("--window was expected with --project and without --from and --to")
    return options


def main(arguments: list[str] | None = None) -> int:
    """Ingest and return 0, or 1 when a project failed; the others are ingested all the same."""
    options = _options(arguments)
    configure_logging()
    try:
        settings = get_settings()
        configure_logging(settings.log_format, settings.log_level)
        projects = projects_to_ingest(options.project)
    except (SettingsError, NoDatabaseError) as error:
        log.error("ingestion_not_possible", error=str(error))
        return 1
    exit_code = 0
    for project_id in projects:
        try:
            ingest_project(
                project_id,
                since=options.since,
                until=options.until,
                groups=options.group or GROUPS,
                windows=options.window or (),
            )
        except EXPECTED_FAILURES as error:
            log.error("ingestion_failed", project_id=project_id, error=str(error))
            exit_code = 1
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
