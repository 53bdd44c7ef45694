"""Records set aside, tried again: `python -m flows.replay --project N [--endpoint E] [--dry-run]`.

They are parsed with the rules of today; what passes is loaded by the loader of the ingestion, and
the next `flows.transform` builds its days. What still fails stays, with the reason it fails for
now. A table of reasons with the counts before and after goes to stdout, never a record. Nothing is
asked of the API. The exit code is 0, or 1 when the replay is not possible; `--dry-run` does it all
and takes it back.
"""

import argparse
import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import uuid4

import psycopg
from structlog.contextvars import bound_contextvars

from flows.ingest import EXPECTED_FAILURES, LOCK_WAIT_S
from flows.ingest_run import facts
from lib.config import SettingsError, get_settings
from lib.log import configure_logging, get_logger
from lib.raw.batches import Counts
from lib.raw.connection import Connection, ingest_connection
from lib.raw.lock import project_lock
from lib.raw.message_lines import KeyOf, contact_keys
from lib.raw.projects import IngestProject, load_ingest_project
from lib.raw.rejects import Replayed, count_rejects, replay_batch

__all__ = ["ReplayResult", "main", "replay"]

log = get_logger("flows.replay")
Reasons = dict[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """Records waiting by endpoint and reason, before and after, and what was done by endpoint."""

    before: Reasons
    after: Reasons
    by_endpoint: dict[str, Replayed] = field(default_factory=dict)

    @property
    def counts(self) -> Counts:
        """The rows of all endpoints added up."""
        return sum((done.counts for done in self.by_endpoint.values()), Counts())


def replay(
    project_id: int,
    *,
    endpoint: str | None = None,
    reason: str | None = None,
    dry_run: bool = False,
    lock_wait_s: float = LOCK_WAIT_S,
) -> ReplayResult:
    """Try the project's rejects again, all or those of one endpoint or reason.

    A second replay finds nothing to load. It takes its turn with ingestions of the project, waiting
    at most `lock_wait_s` seconds. Every batch commits by itself, but a dry run, which is taken back
    as a whole. Raises one of EXPECTED_FAILURES.
    """
    run_id = uuid4().hex[:12]
    key_of = contact_keys(get_settings().pii_key.get_secret_value(), project_id)
    with (
        bound_contextvars(project_id=project_id, run_id=run_id, dry_run=dry_run),
        ingest_connection(run_id) as connection,
        project_lock(connection, project_id, wait_s=lock_wait_s),
    ):
        project = load_ingest_project(connection, project_id)
        if dry_run:
            with connection.transaction(force_rollback=True):
                return _replay(
                    connection, project, key_of, run_id, endpoint=endpoint, reason=reason
                )
        return _replay(connection, project, key_of, run_id, endpoint=endpoint, reason=reason)


def _replay(
    connection: Connection,
    project: IngestProject,
    key_of: KeyOf,
    run_id: str,
    *,
    endpoint: str | None,
    reason: str | None,
) -> ReplayResult:
    before = count_rejects(connection, project.project_id, endpoint, reason)
    done = {name: Replayed() for name, _ in before}
    for name, so_far in done.items():
        is_left = True
        while is_left:
            with connection.transaction():
                is_left = replay_batch(
                    connection, project, name, reason, so_far, key_of=key_of, run_id=run_id
                )
        log.info(
            "replayed",
            endpoint=name,
            passed=so_far.passed,
            superseded=so_far.superseded,
            still_failing=so_far.failing,
            **facts(so_far.counts),
        )
    # a reason may have another name now, so those of the endpoint are counted, not of the reason
    after = count_rejects(connection, project.project_id, endpoint)
    return ReplayResult(before, after, done)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit codes are those of the module's first lines."""
    parser = argparse.ArgumentParser(prog="python -m flows.replay", description=__doc__)
    parser.add_argument("--project", type=int, required=True, help="the project's number")
    parser.add_argument("--endpoint", help="only what this endpoint's reads set aside")
    parser.add_argument("--reason", help="only this reason, as the table names it")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen")
    options = parser.parse_args(arguments)
    configure_logging()
    try:
        settings = get_settings()
        configure_logging(settings.log_format, settings.log_level)
        found = replay(
            options.project,
            endpoint=options.endpoint,
            reason=options.reason,
            dry_run=options.dry_run,
        )
    except (*EXPECTED_FAILURES, SettingsError) as error:
        log.error("replay_failed", project_id=options.project, error=str(error))
        return 1
    except psycopg.Error as error:
        # its text may quote the row it failed on
        what = f"{type(error).__name__} {error.sqlstate or ''}".strip()
        log.error("replay_failed", project_id=options.project, error=f"the database said {what}")
        return 1
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["endpoint", "reason", "before", "after"])
    for named in sorted(found.before | found.after):
        writer.writerow([*named, found.before.get(named, 0), found.after.get(named, 0)])
    return 0


if __name__ == "__main__":
    sys.exit(main())
