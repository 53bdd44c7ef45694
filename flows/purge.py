"""What a project no longer keeps leaves raw and marts: `python -m flows.purge [--project N]`.

The days go from raw in one transaction, with evidence in app.purges and a batch that puts them on
the work list; the build that follows publishes the marts without them. A run that stops in between
loses nothing: the next build, or the next purge, goes on from the work list. docs/retention.md says
what is kept for how long and why.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from sqlalchemy import Engine

from flows.transform import TransformError, transform
from lib.audit.chain import audit_key
from lib.audit.retention import purge_log
from lib.auth.sessions import forget_ended
from lib.auth.tickets import forget_tickets
from lib.auth.used_tokens import forget_expired
from lib.clock import now
from lib.config import SettingsError, get_settings
from lib.db.engines import engine_for_role
from lib.db.retention import complete_purges, published_before
from lib.db.roles import OWNER
from lib.db.urls import NoDatabaseError
from lib.db.warehouse import WarehouseBusyError, only_build
from lib.log import configure_logging, get_logger
from lib.raw.api_calls import KEPT_DAYS, forget_calls
from lib.raw.connection import purge_connection
from lib.raw.lock import IngestionRunningError, project_lock
from lib.raw.projects import UnknownProjectError, registered_project_ids
from lib.raw.purge import PurgedRows, load_retention, purge_raw

__all__ = [
    "PurgeFailedError",
    "PurgeIncompleteError",
    "PurgeResult",
    "main",
    "purge",
    "purge_project",
]

log = get_logger("flows.purge")
EXPECTED_FAILURES = (IngestionRunningError, UnknownProjectError, WarehouseBusyError)


class PurgeFailedError(Exception):
    """Some projects were not purged, nothing of them has changed; the others are done."""


class PurgeIncompleteError(Exception):
    """Raw is purged and published marts still show purged days; a later build takes them out."""


@dataclass(frozen=True, slots=True)
class PurgeResult:
    """What went, or would go, from one project; `kept_from` is None when everything is kept."""

    project_id: int
    kept_from: date | None
    tables: tuple[PurgedRows, ...]


def purge_project(project_id: int, engine: Engine, *, dry_run: bool = False) -> PurgeResult:
    """Purge the raw rows of one project while neither ingestion nor build of it can run.

    Raises one of EXPECTED_FAILURES or NoDatabaseError; then nothing of the project has changed.
    """
    run_id = uuid4().hex[:12]
    with (
        only_build(engine),
        purge_connection(run_id) as connection,
        project_lock(connection, project_id),
    ):
        retention = load_retention(connection, project_id)
        published: list[PurgedRows] = []
        if retention.kept_from:
            with engine.connect() as owner:
                rows = published_before(owner, project_id, retention.kept_from)
            published = [PurgedRows(*row) for row in rows]
        tables = purge_raw(connection, retention, published, run_id=run_id, dry_run=dry_run)
        if not dry_run and (calls := forget_calls(connection, project_id)):
            log.info("calls_forgotten", project_id=project_id, rows=calls, kept_days=KEPT_DAYS)
    for entry in tables:
        log.info(
            "would_purge" if dry_run else "purged",
            project_id=project_id,
            table=entry.table,
            rows=entry.row_count,
            first_day=str(entry.first_day),
            last_day=str(entry.last_day),
        )
    return PurgeResult(project_id, retention.kept_from, tables)


def purge(projects: Sequence[int] = (), *, dry_run: bool = False) -> list[PurgeResult]:
    """Purge these projects, or all, and publish their marts without the purged days.

    Raises PurgeFailedError after the others are done, TransformError when the build failed or held
    a project back, PurgeIncompleteError when a mart still holds a purged day, and NoDatabaseError.
    """
    engine = engine_for_role(OWNER, pool_size=2)
    results: list[PurgeResult] = []
    failures: list[str] = []
    try:
        for project_id in projects or _registered():
            try:
                results.append(purge_project(project_id, engine, dry_run=dry_run))
            except EXPECTED_FAILURES as error:
                failures.append(f"project {project_id}: {error}")
        if results and not dry_run:
            transform([result.project_id for result in results])
            _complete(engine)
        if not dry_run:
            _forget_people(engine)
    finally:
        engine.dispose()
    if failures:
        raise PurgeFailedError("; ".join(failures))
    return results


def _registered() -> list[int]:
    with purge_connection("list") as connection:
        return registered_project_ids(connection)


def _complete(engine: Engine) -> None:
    with engine.begin() as connection:
        still_open = complete_purges(connection, now())
    if still_open:
        raise PurgeIncompleteError(
            f"{still_open} marts were expected without purged days and still have some: see"
            " app.purges where completed_at is null, then run flows.transform"
        )


def _forget_people(engine: Engine) -> None:
    """What is kept of visitors goes too: used tokens, tickets, ended sessions, old audit rows."""
    with engine.begin() as connection:
        forgotten = {
            "used_tokens": forget_expired(connection, now()),
            "tickets": forget_tickets(connection, now()),
            "sessions": forget_ended(connection, now()),
        }
    for what, rows in forgotten.items():
        if rows:
            log.info("forgotten", what=what, rows=rows)
    key = audit_key(get_settings().master_secret.get_secret_value())
    with engine.begin() as connection:
        purge_log(connection, key, now())


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: 0 when nothing older than the limits is left, 1 when a project failed."""
    parser = argparse.ArgumentParser(prog="python -m flows.purge", description=__doc__)
    parser.add_argument("--project", type=int, help="a project's number; without it, every one")
    parser.add_argument("--dry-run", action="store_true", help="count, and change nothing")
    options = parser.parse_args(arguments)
    configure_logging()
    try:
        settings = get_settings()
        configure_logging(settings.log_format, settings.log_level)
        purge([options.project] if options.project else (), dry_run=options.dry_run)
    except (
        SettingsError,
        NoDatabaseError,
        PurgeFailedError,
        PurgeIncompleteError,
        TransformError,
        WarehouseBusyError,
    ) as error:
        log.error("purge_failed", error=str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
