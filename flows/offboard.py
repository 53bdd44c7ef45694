"""A project leaves: `python -m flows.offboard --project N [--confirm SLUG] [--report FILE]`.

Removes its schedules, its rows in raw, build, marts and app, and its database roles. Without
`--confirm` nothing is changed and the counts are shown; with it the project's slug must be given,
or its number when it was never registered. What went is entered in app.offboardings, by table and
without any content, and written as JSON to `--report`. A second run finds nothing left and says so;
one that stopped in between is finished by the next. The exit code is 0 when nothing is left or was
only counted, 1 when something failed.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from flows.dbt_process import WAREHOUSE
from flows.project_schedules import ScheduleError, remove_schedules
from lib.clock import now
from lib.config import SettingsError, get_settings
from lib.db.engines import admin_engine, engine_for_role
from lib.db.offboarding import (
    count_rows,
    drop_roles,
    existing_project_roles,
    last_slug,
    record_offboarding,
    remove_rows,
)
from lib.db.roles import OWNER
from lib.db.urls import NoDatabaseError
from lib.db.warehouse import WarehouseBusyError, only_build
from lib.log import configure_logging, get_logger
from lib.raw.connection import purge_connection
from lib.raw.lock import IngestionRunningError, project_lock

__all__ = ["NotConfirmedError", "Offboarding", "main", "offboard"]

log = get_logger("flows.offboard")


class NotConfirmedError(Exception):
    """The slug given is not the project's; nothing was changed."""


class RolesLeftError(Exception):
    """The rows are gone and the roles are not; running the command again drops them."""


@dataclass(frozen=True, slots=True)
class Offboarding:
    """What went, or would go: rows by table, roles, deployments. No keys and no content."""

    project_id: int
    slug: str | None
    run_id: str
    at: str
    is_done: bool
    rows: dict[str, int] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    schedules: int = 0

    @property
    def found_anything(self) -> bool:
        """Whether there was anything of the project."""
        return bool(self.rows or self.roles or self.schedules)


def offboard(project_id: int, confirm: str | None = None) -> Offboarding:
    """Remove all of one project, or without `confirm` count it; other projects are not touched.

    Rows and their evidence go in one transaction, while neither ingestion nor build can run. Raises
    NotConfirmedError, ScheduleError, IngestionRunningError, WarehouseBusyError, RolesLeftError or
    NoDatabaseError; but for RolesLeftError no row has changed then.
    """
    run_id = uuid4().hex[:12]
    owner = engine_for_role(OWNER, pool_size=2)
    try:
        counted = _counted(owner, project_id, run_id)
        if confirm is None or (counted.slug is None and not counted.found_anything):
            return counted
        # rows or roles of a project that was never registered have no slug
        if confirm != (counted.slug or str(project_id)):
            raise NotConfirmedError(
                f"project {project_id}: its slug was expected as confirmation and {confirm} came;"
                " run without --confirm to see what it is"
            )
        prefect = get_settings().prefect_api_url
        schedules = remove_schedules(prefect, project_id) if prefect else 0
        rows = _removed(owner, project_id, confirm, run_id) if counted.rows else {}
    finally:
        owner.dispose()
    roles = _dropped(project_id)
    at = now().isoformat()
    return Offboarding(project_id, confirm, run_id, at, True, rows, roles, schedules)


def _seeds() -> set[str]:
    return {path.stem for path in (WAREHOUSE / "seeds").rglob("*.csv")}


def _counted(owner: Engine, project_id: int, run_id: str) -> Offboarding:
    with owner.connect() as connection:
        rows = count_rows(connection, project_id, seeds=_seeds())
        roles = existing_project_roles(connection, project_id)
        slug = last_slug(connection, project_id)
    return Offboarding(project_id, slug, run_id, now().isoformat(), False, rows, roles)


def _removed(owner: Engine, project_id: int, slug: str, run_id: str) -> dict[str, int]:
    with (
        only_build(owner),
        purge_connection(run_id) as connection,
        project_lock(connection, project_id),
        owner.begin() as transaction,
    ):
        rows = remove_rows(transaction, project_id, seeds=_seeds())
        record_offboarding(transaction, project_id, slug=slug, run_id=run_id, rows=rows, now=now())
    return rows


def _dropped(project_id: int) -> tuple[str, ...]:
    admin = admin_engine()
    try:
        with admin.begin() as connection:
            return drop_roles(connection, project_id)
    except DBAPIError as error:
        raise RolesLeftError(
            f"project {project_id}: its rows are gone and its roles could not be dropped"
            f" ({type(error.orig).__name__}); mend that and run the same command again"
        ) from error
    finally:
        admin.dispose()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit codes are those of the module's first lines."""
    parser = argparse.ArgumentParser(prog="python -m flows.offboard", description=__doc__)
    parser.add_argument("--project", type=int, required=True, help="the project's number")
    parser.add_argument("--confirm", metavar="SLUG", help="its slug: without it nothing is removed")
    parser.add_argument("--report", type=Path, help="write what went as JSON here")
    options = parser.parse_args(arguments)
    configure_logging()
    try:
        settings = get_settings()
        configure_logging(settings.log_format, settings.log_level)
        found = offboard(options.project, options.confirm)
        if options.report:
            content = json.dumps(asdict(found), ensure_ascii=False, indent=2)
            options.report.write_text(content + "\n", encoding="utf-8")
    except (
        IngestionRunningError,
        NoDatabaseError,
        NotConfirmedError,
        OSError,
        RolesLeftError,
        ScheduleError,
        SettingsError,
        WarehouseBusyError,
    ) as error:
        log.error("offboarding_failed", project_id=options.project, error=str(error))
        return 1
    event = "offboarded" if found.is_done else "would_offboard"
    log.info(event if found.found_anything else "nothing_left", **asdict(found))
    if found.is_done and found.found_anything:
        log.warning(
            "outside_the_database",
            remove=f"INDIGITALL_SERVER_KEY_{options.project}, the key in Indigitall's console,"
            " backups as their retention says",
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
