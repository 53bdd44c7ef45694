"""One call that makes a database ours: bootstrap, migrations, proof."""

from dataclasses import dataclass

from lib.db.bootstrap import bootstrap, is_superuser
from lib.db.engines import admin_engine, engine_for_role
from lib.db.migrate import upgrade
from lib.db.roles import OWNER
from lib.db.verify import ProtectionError, find_faults
from lib.log import get_logger

__all__ = ["PrepareResult", "prepare_database"]

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PrepareResult:
    """What changed, and which protections are missing; free SQL stays off unless none is."""

    changes: tuple[str, ...]
    missing: tuple[str, ...]


def prepare_database() -> PrepareResult:
    """Bring the configured database to the state this code needs; a second call changes nothing.

    Raises ProtectionError when a superuser was at work and something is open all the same. Without
    a superuser the open rights are returned in `missing` and logged, and the rest works.
    """
    engine = admin_engine()
    owner_engine = engine_for_role(OWNER)
    try:
        result = bootstrap(engine)
        with owner_engine.begin() as connection:
            upgrade(connection)
        with engine.connect() as connection:
            superuser = is_superuser(connection)
            faults = find_faults(connection)
    finally:
        engine.dispose()
        owner_engine.dispose()
    if faults and superuser:
        raise ProtectionError(faults)
    missing = result.missing + faults
    if missing:
        log.warning("database.unprotected", count=len(missing), missing=missing[:20])
    return PrepareResult(result.changes, missing)
