"""One contact leaves: `python -m flows.erase --project SLUG --reason ... --by NAME [--dry-run]`.

The contact is named by `--contact-key`, or by its phone or id as one line on standard input, never
as an argument, since every user of the machine can list arguments. What identifies it goes from
raw and from the rules of app in one transaction with its evidence in app.erasures, then from the
marts with the build that follows; what the source still says of it comes in without the person. A
run that stops in between is finished by the next. The evidence is printed as JSON. The exit code is
0 when nothing of the contact is left, else 1. docs/operacion/datos-personales.md says what is kept.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from uuid import uuid4

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from flows.contact_named import NobodyFoundError, named_contact, named_project
from flows.transform import TransformError, transform
from lib.audit.events import Action, AuditDetailError, AuditEvent
from lib.audit.record import record
from lib.clock import now
from lib.config import SettingsError, get_settings
from lib.db.engines import engine_for_role
from lib.db.erasures import complete_erasures, is_known, is_open, published_rows
from lib.db.errors import AppBusyError
from lib.db.roles import OWNER
from lib.db.urls import NoDatabaseError
from lib.db.warehouse import WarehouseBusyError, only_build
from lib.log import configure_logging, get_logger
from lib.privacy.scrub import scrub
from lib.raw.connection import owner_connection
from lib.raw.erasure import Erasure, erase_raw
from lib.raw.erasure_places import PlaceNotRegisteredError
from lib.raw.lock import IngestionRunningError, project_lock
from lib.raw.message_lines import contact_keys
from lib.raw.projects import UnknownProjectError

__all__ = ["Erased", "ErasureIncompleteError", "erase", "main"]

log = get_logger("flows.erase")


class ErasureIncompleteError(Exception):
    """Raw is erased and something published still names the contact; a later run goes on."""


EXPECTED = (
    AppBusyError,
    AuditDetailError,
    ErasureIncompleteError,
    IngestionRunningError,
    NobodyFoundError,
    NoDatabaseError,
    PlaceNotRegisteredError,
    SettingsError,
    TransformError,
    UnknownProjectError,
    WarehouseBusyError,
)


@dataclass(frozen=True, slots=True)
class Erased:
    """What went, or would go, by table; `is_done` says that nothing of the contact is published."""

    project_id: int
    contact_key: str
    run_id: str
    at: str
    by: str
    reason: str
    ticket: str | None
    is_done: bool
    rows: dict[str, int] = field(default_factory=dict)


def erase(
    project_id: int,
    key: str,
    *,
    by: str,
    reason: str,
    ticket: str | None = None,
    dry_run: bool = False,
) -> Erased:
    """Erase the contact of this key from one project.

    The audit event is committed before the first row changes. Raises NobodyFoundError,
    UnknownProjectError, PlaceNotRegisteredError, IngestionRunningError, WarehouseBusyError or
    NoDatabaseError, then nothing has changed; TransformError and ErasureIncompleteError when raw is
    erased and the marts are not yet: the same command goes on from there.
    """
    engine = engine_for_role(OWNER, pool_size=2)
    try:
        erasure = Erasure(project_id, key, by, reason, ticket, uuid4().hex[:12])
        rows = _erase_raw(engine, erasure, dry_run=dry_run)
        if not dry_run:
            _publish(engine, project_id)
    finally:
        engine.dispose()
    at = now().isoformat()
    return Erased(project_id, key, erasure.run_id, at, by, reason, ticket, not dry_run, rows)


def _erase_raw(engine: Engine, erasure: Erasure, *, dry_run: bool) -> dict[str, int]:
    """While neither ingestion nor build of the project can run: count, write down, erase."""
    project_id, key = erasure.project_id, erasure.contact_key
    key_of = contact_keys(get_settings().pii_key.get_secret_value(), project_id)
    with (
        only_build(engine),
        owner_connection(erasure.run_id) as connection,
        project_lock(connection, project_id),
    ):
        with engine.connect() as owner:
            published = published_rows(owner, project_id, key)
            was_erased = is_known(owner, project_id, key)
        log.info("step", name="count", project_id=project_id, run_id=erasure.run_id)
        counted = erase_raw(connection, erasure, key_of, published, dry_run=True)
        if not counted and not was_erased:
            raise NobodyFoundError(
                f"project {project_id}: rows of the contact were expected and there are none; is it"
                " the right project, and the id as the source writes it?"
            )
        # rows that only wait for a build are those of an erasure that was written down
        if dry_run or not counted or (was_erased and set(counted) <= set(published)):
            return counted
        record(
            AuditEvent(
                Action.ERASURE,
                project_id,
                erasure.by,
                {
                    "contact_key": key,
                    "reason": erasure.reason,
                    "ticket": erasure.ticket,
                    "rows": sum(counted.values()),
                },
            )
        )
        log.info("step", name="erase", project_id=project_id, run_id=erasure.run_id)
        return erase_raw(connection, erasure, key_of, published, dry_run=False)


def _publish(engine: Engine, project_id: int) -> None:
    """Build without the contact, and look that it is gone."""
    with engine.connect() as connection:
        if not is_open(connection, project_id):
            return
    log.info("step", name="publish", project_id=project_id)
    transform([project_id])
    with only_build(engine), engine.begin() as connection:
        left = complete_erasures(connection, project_id, now())
    if left:
        raise ErasureIncompleteError(
            f"project {project_id}: nothing of the contact was expected in what is published and"
            f" there is: {left}; see the build's faults, then run the same command again"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit codes are those of the module's first lines."""
    parser = argparse.ArgumentParser(prog="python -m flows.erase", description=__doc__)
    parser.add_argument("--project", required=True, help="the project's slug or number")
    parser.add_argument("--contact-key", help="else a phone or id is read from standard input")
    parser.add_argument("--reason", required=True, help="why, such as: solicitud del titular")
    parser.add_argument("--by", required=True, help="who has it done")
    parser.add_argument("--ticket", help="number of the request")
    parser.add_argument("--dry-run", action="store_true", help="count, and change nothing")
    options = parser.parse_args(arguments)
    configure_logging()
    try:
        settings = get_settings()
        configure_logging(settings.log_format, settings.log_level)
        project_id = named_project(options.project)
        erased = erase(
            project_id,
            named_contact(options.contact_key, project_id),
            by=options.by,
            reason=scrub(options.reason),
            ticket=options.ticket and scrub(options.ticket),
            dry_run=options.dry_run,
        )
    except EXPECTED as error:
        log.error("erasure_failed", project=options.project, error=str(error))
        return 1
    except (psycopg.Error, SQLAlchemyError) as error:
        # its text may quote the row it failed on
        log.error("erasure_failed", project=options.project, error=type(error).__name__)
        return 1
    sys.stdout.write(json.dumps(asdict(erased), ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
