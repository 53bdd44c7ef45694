"""API -> raw, one project at a time: `python -m flows.ingest --project N [--from D --to D]`.

`--group conversations`, `contacts` or `statistics` limits it to these endpoints: each group has a
schedule of its own. Lists are read whole, messages by windows, oldest first; sessions come after
them because the scope guard looks for them in the messages, campaigns last. Every window commits by
itself, so a run that stops anywhere is continued by the next one. The shell for Prefect is
`flows/ingest_deployment.py`: importing Prefect costs seconds, which neither `make run` nor this
command should pay.
"""

import argparse
import sys
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

import httpx
from structlog.contextvars import bound_contextvars

from flows.ingest_groups import Selection, read_selected
from flows.ingest_run import IngestionFailedError, IngestRun, RunEndedError, StepRunner, facts
from lib.config import ServerKeyMissingError, SettingsError, get_settings
from lib.db.urls import NoDatabaseError
from lib.indigitall.access import open_client
from lib.indigitall.endpoints import GROUPS, Group
from lib.indigitall.errors import EndpointFileError, NotConfiguredError
from lib.indigitall.retries import Retries
from lib.log import configure_logging, get_logger
from lib.raw.api_calls import CallLog
from lib.raw.batches import Counts
from lib.raw.connection import ingest_connection
from lib.raw.lock import IngestionRunningError, project_lock
from lib.raw.message_lines import contact_keys
from lib.raw.projects import UnknownProjectError, active_project_ids, load_ingest_project

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
)


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What one run did to raw, per endpoint; `not_offered` names endpoints that were left out."""

    project_id: int
    windows: int
    by_endpoint: dict[str, Counts]
    not_offered: tuple[str, ...]

    @property
    def counts(self) -> Counts:
        """The rows of all endpoints added up."""
        return sum(self.by_endpoint.values(), Counts())

    @property
    def has_changed(self) -> bool:
        """Whether raw holds anything it did not hold before."""
        return bool(self.counts.changed)


def ingest_project(
    project_id: int,
    *,
    since: date | None = None,
    until: date | None = None,
    groups: Collection[Group] = GROUPS,
    lock_wait_s: float = LOCK_WAIT_S,
    transport: httpx.BaseTransport | None = None,
    retries: Retries | None = None,
    step: StepRunner | None = None,
) -> IngestResult:
    """Bring raw up to date with the API for one project; a second run changes nothing.

    Only the endpoints of `groups` are read. While another run reads the project this one waits its
    turn, at most `lock_wait_s` seconds.

    Without dates it reads what no run has completed, the last complete day and the two before it,
    and today. With dates it reads exactly these local days, up to today. Raises one of
    EXPECTED_FAILURES; a step that fails leaves the others alone, and the run fails at its end.
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
        with suppress(RunEndedError):
            # what ended it is the last of its failures
            read_selected(run, Selection(groups, since, until))
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


def main(arguments: list[str] | None = None) -> int:
    """Ingest and return 0, or 1 when a project failed; the others are ingested all the same."""
    parser = argparse.ArgumentParser(prog="python -m flows.ingest", description=__doc__)
    parser.add_argument("--project", type=int, help="a project's number; without it, every one")
    parser.add_argument("--from", dest="since", type=date.fromisoformat, help="first local day")
    parser.add_argument("--to", dest="until", type=date.fromisoformat, help="last local day")
    parser.add_argument(
        "--group", action="append", choices=GROUPS, help="only these endpoints (repeatable)"
    )
    options = parser.parse_args(arguments)
    if options.since and options.until and options.until < options.since:
        parser.error(f"--to {options.until} is before --from {options.since}")
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
            )
        except EXPECTED_FAILURES as error:
            log.error("ingestion_failed", project_id=project_id, error=str(error))
            exit_code = 1
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
