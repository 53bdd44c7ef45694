"""What the application makes sure of before it serves, beyond its settings by themselves."""

import os
from urllib.parse import urlsplit

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from lib.config import SettingsError
from lib.config_fields import LOOPBACK
from lib.config_sources import files_open_to_others
from lib.db.engines import engine_for_role
from lib.db.errors import ConnectionBudgetError
from lib.db.roles import OWNER
from lib.db.tenant import assert_connection_budget
from lib.db.urls import NoDatabaseError
from lib.log import get_logger

__all__ = ["check_before_serving"]

log = get_logger(__name__)
HAS_REAL_PROJECTS = text("select exists (select 1 from app.projects where not is_demo)")


def check_before_serving(*, is_dev: bool, base_url: str) -> None:
    """Raise SettingsError when this installation must not serve.

    That is when the server has too few connections for our pools, or when dev mode, which asks
    nobody for a password, stands at an address others can reach beside a project that is no demo.
    A database out of reach is waited for, except where that question cannot go unanswered.
    Secret files that other users of the machine can read are named in the log.
    """
    is_public = urlsplit(base_url).hostname not in LOOPBACK
    for name, path in files_open_to_others(os.environ) if is_public else ():
        log.warning("secret_file_open_to_others", variable=name, path=str(path))
    try:
        faults = _faults_of_database(must_be_demo=is_dev and is_public)
    except (NoDatabaseError, SQLAlchemyError) as error:
        if is_dev and is_public:
            raise SettingsError([_dev_fault("no se pudo leer la lista de proyectos")]) from error
        log.warning("start_checks_without_database", error=type(error).__name__)
        return
    if faults:
        raise SettingsError(faults)


def _faults_of_database(*, must_be_demo: bool) -> list[str]:
    engine = engine_for_role(OWNER)
    try:
        with engine.connect() as connection:
            faults = _budget_faults(connection)
            if must_be_demo and connection.execute(HAS_REAL_PROJECTS).scalar_one():
                faults.append(_dev_fault("hay proyectos que no son de demostración"))
            return faults
    finally:
        engine.dispose()


def _budget_faults(connection: Connection) -> list[str]:
    try:
        assert_connection_budget(connection)
    except ConnectionBudgetError as error:
        return [
            f"DATABASE_URL: el servidor deja {error.available} conexiones y se necesitan "
            f"{error.needed}; suba max_connections"
        ]
    return []


def _dev_fault(reason: str) -> str:
    return (
        f"AUTH_MODE: dev no se acepta con esta BASE_URL porque {reason}; "
        "elija otro modo o una dirección de esta máquina"
    )
