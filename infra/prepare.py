"""Make the configured databases ready and end: `python -m infra.prepare`.

Ours (roles, schemas, migrations, proof of the isolation) and Prefect's. Running it again changes
nothing; it is the one command besides onboarding that needs the administrator's address.
"""

import sys

from sqlalchemy.exc import SQLAlchemyError

from lib.config import SettingsError, get_settings
from lib.db.prefect_database import prepare_prefect_database
from lib.db.prepare import prepare_database
from lib.db.urls import NoDatabaseError
from lib.db.verify import ProtectionError
from lib.log import configure_logging, get_logger

log = get_logger("infra.prepare")


def main() -> int:
    """0 when both databases are as this code needs them; 1 with the reason when one is not."""
    configure_logging()
    try:
        settings = get_settings()
        configure_logging(settings.log_format, settings.log_level)
        result = prepare_database()
        changes = prepare_prefect_database()
    except (SettingsError, NoDatabaseError, ProtectionError) as error:
        log.error("prepare_failed", error=str(error))
        return 1
    except SQLAlchemyError as error:
        # the driver's text names server and database, never a password
        log.error("prepare_failed", error=str(error).partition("\n")[0])
        return 1
    log.info("prepared", changes=len(result.changes) + len(changes), missing=result.missing)
    return 0


if __name__ == "__main__":
    sys.exit(main())
