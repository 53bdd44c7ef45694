"""`python -m infra.backup dump FOLDER | restore FOLDER`: the product's database, kept and back.

`dump` writes one consistent state as the role indigo_backup, while pages and ingestion go on.
`restore` needs an empty database and its superuser: it makes the roles and takes the rights from
PUBLIC first, brings the rows, then proves that nobody may do more than before. 0 when it is done, 1
with the reason when not. docs/operacion/respaldo.md says what is not in a backup.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from infra.backup_check import (
    RestoreFaultsError,
    assert_restored,
    existing_roles,
    find_differences,
)
from infra.backup_folder import (
    ARCHIVE,
    FORMAT,
    Backup,
    BackupFolderError,
    checksum,
    new_folder,
    read_backup,
    write_backup,
)
from lib.clock import now
from lib.config import SettingsError, get_settings
from lib.db.bootstrap import SCHEMAS, bootstrap, is_superuser
from lib.db.contents import count_rows, describe_rights, find_tables
from lib.db.engines import admin_engine, engine_for_role, first_connection
from lib.db.migrate import current_revision, known_revisions
from lib.db.onboarding import create_project_roles
from lib.db.prepare import prepare_database
from lib.db.roles import BACKUP
from lib.db.server.client_programs import (
    ClientProgram,
    ProgramFailedError,
    ProgramMissingError,
    find_program,
    read_archive,
    run_program,
)
from lib.db.urls import NoDatabaseError, admin_url, role_url
from lib.db.verify import ProtectionError
from lib.db.warehouse import WarehouseBusyError, only_build
from lib.log import configure_logging, get_logger

__all__ = ["TargetError", "dump", "load_rows", "main", "restore"]

log = get_logger("infra.backup")
PROJECTS = "select project_id from app.projects order by 1"


class TargetError(Exception):
    """The database to restore into cannot take this backup; nothing was changed."""


def dump(folder: Path) -> Backup:
    """Write the product's schemas to a new folder, in the state of one instant.

    A build of the marts is waited for and held up meanwhile, since it replaces tables. Raises
    BackupFolderError, ProgramMissingError, ProgramFailedError, WarehouseBusyError, NoDatabaseError.
    """
    engine = engine_for_role(BACKUP, pool_size=2)
    try:
        with (
            only_build(engine),
            first_connection(engine).execution_options(
                isolation_level="REPEATABLE READ"
            ) as connection,
        ):
            major = _server_major(connection)
            program = find_program("pg_dump", major)
            archive = new_folder(folder)
            _step("dump", program=str(program.path), server=major)
            _write_archive(connection, program, archive)
            _step("describe")
            projects = connection.scalars(text(PROJECTS)).all()
            backup = Backup(
                format=FORMAT,
                made_at=now(),
                server_major=major,
                program_major=program.major,
                revision=current_revision(connection) or "",
                projects=tuple(projects),
                roles=tuple(existing_roles(connection, projects)),
                rows=count_rows(connection, SCHEMAS),
                rights=tuple(describe_rights(connection, SCHEMAS)),
                archive_bytes=archive.stat().st_size,
                archive_sha256=checksum(archive),
            )
    finally:
        engine.dispose()
    write_backup(folder, backup)
    return backup


def _write_archive(connection: Connection, program: ClientProgram, archive: Path) -> None:
    """What the connection's snapshot shows, so that rows counted on it are those of the archive."""
    snapshot = connection.scalar(text("select pg_export_snapshot()"))
    try:
        run_program(
            program,
            role_url(BACKUP),
            "--format=custom",
            f"--snapshot={snapshot}",
            "--lock-wait-timeout=60s",
            *(f"--schema={schema}" for schema in SCHEMAS),
            f"--file={archive}",
        )
    except ProgramFailedError:
        archive.unlink(missing_ok=True)
        raise


def restore(folder: Path) -> Backup:
    """Bring a backup into the configured database, which must be empty, and prove the isolation.

    Raises BackupFolderError or TargetError before anything changed, ProgramMissingError or
    ProgramFailedError when the rows could not be brought, RestoreFaultsError or ProtectionError
    when what stands there is not what was kept.
    """
    _step("read", folder=str(folder))
    backup = read_backup(folder)
    engine = admin_engine()
    try:
        with first_connection(engine) as connection:
            _check_target(connection, backup)
        _step("roles_and_revokes")
        bootstrap(engine)
        _step("project_roles", projects=len(backup.projects))
        with engine.begin() as connection:
            for project_id in backup.projects:
                create_project_roles(connection, project_id)
        _step("rows", bytes=backup.archive_bytes)
        load_rows(folder, backup)
        _step("compare")
        with engine.connect() as connection:
            faults = find_differences(connection, backup)
        if faults:
            raise RestoreFaultsError(faults)
        _step("migrate_and_verify", revision=backup.revision)
        prepare_database()
        assert_restored(engine)
    finally:
        engine.dispose()
    return backup


def load_rows(folder: Path, backup: Backup) -> None:
    """Tables, rows, policies and rights from the archive, all or none; the schemas are there.

    Raises ProgramMissingError or ProgramFailedError.
    """
    engine = admin_engine()
    try:
        with engine.connect() as connection:
            major = _server_major(connection)
    finally:
        engine.dispose()
    program = find_program("pg_restore", max(major, backup.program_major))
    archive = folder / ARCHIVE
    # bootstrap made the schemas with their rights
    entries = read_archive(program, archive).splitlines()
    with NamedTemporaryFile("w", encoding="utf-8") as contents:
        contents.writelines(f"{entry}\n" for entry in entries if " SCHEMA " not in entry)
        contents.flush()
        run_program(
            program,
            admin_url(),
            "--single-transaction",
            "--exit-on-error",
            f"--use-list={contents.name}",
            str(archive),
        )


def _check_target(connection: Connection, backup: Backup) -> None:
    if not is_superuser(connection):
        raise TargetError("ADMIN_DATABASE_URL was expected to be a superuser's and is not")
    if (major := _server_major(connection)) < backup.server_major:
        raise TargetError(
            f"the backup is of PostgreSQL {backup.server_major} and the server is {major}: restore"
            f" into {backup.server_major} or newer"
        )
    if backup.revision not in known_revisions():
        raise TargetError(
            f"the backup is at revision {backup.revision}, which this code does not know: restore"
            " with the version of the product that wrote it, or a newer one"
        )
    if tables := find_tables(connection, SCHEMAS):
        raise TargetError(
            f"the database was expected to be empty and has {len(tables)} tables, {tables[0]} among"
            " them: create an empty one, or another INDIGITALL_HOME"
        )


def _server_major(connection: Connection) -> int:
    number = connection.scalar(text("select current_setting('server_version_num')::integer"))
    return int(number or 0) // 10_000


def _step(name: str, **facts: object) -> None:
    log.info("step", name=name, **facts)


EXPECTED = (
    BackupFolderError,
    NoDatabaseError,
    ProgramFailedError,
    ProgramMissingError,
    ProtectionError,
    RestoreFaultsError,
    SettingsError,
    TargetError,
    WarehouseBusyError,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit codes are those of the module's first lines."""
    parser = argparse.ArgumentParser(prog="python -m infra.backup", description=__doc__)
    commands = {"dump": dump, "restore": restore}
    parser.add_argument("command", choices=commands)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args(arguments)
    configure_logging()
    try:
        settings = get_settings()
        configure_logging(settings.log_format, settings.log_level)
        backup = commands[options.command](options.folder)
    except EXPECTED as error:
        log.error("backup_failed", command=options.command, error=str(error))
        return 1
    except SQLAlchemyError as error:
        log.error("backup_failed", command=options.command, error=str(error).partition("\n")[0])
        return 1
    log.info(
        "backup_written" if options.command == "dump" else "backup_restored",
        folder=str(options.folder),
        tables=len(backup.rows),
        rows=sum(backup.rows.values()),
        projects=len(backup.projects),
        revision=backup.revision,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
