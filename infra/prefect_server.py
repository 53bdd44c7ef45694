"""Prefect's server on its own PostgreSQL database: `python -m infra.prefect_server --port 4200`.

The address with its password is handed over in the environment of the server alone: it stands in
no file and in no command line.
"""

import argparse
import os
import sys

from lib.config import SettingsError, get_settings
from lib.db.prefect_database import prefect_url
from lib.db.urls import NoDatabaseError
from lib.log import configure_logging, get_logger

log = get_logger("infra.prefect_server")
# together at most the connections that the role may open
POOL = {
    "PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE": "4",
    "PREFECT_SERVER_DATABASE_SQLALCHEMY_MAX_OVERFLOW": "8",
}


def server_environment() -> dict[str, str]:
    """What Prefect's server needs to know besides the environment we were given.

    Raises SettingsError and NoDatabaseError.
    """
    home = str(get_settings().home / "prefect")
    return {
        **POOL,
        "PREFECT_HOME": home,
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": f"{home}/ui",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": prefect_url().render_as_string(
            hide_password=False
        ),
    }


def main(arguments: list[str] | None = None) -> int:
    """Become Prefect's server; 1 with the faults when the settings are not usable."""
    parser = argparse.ArgumentParser(prog="python -m infra.prefect_server", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="a container listens on 0.0.0.0")
    parser.add_argument("--port", type=int, default=4200)
    options = parser.parse_args(arguments)
    configure_logging()
    try:
        environment = {**os.environ, **server_environment()}
    except (SettingsError, NoDatabaseError) as error:
        log.error("prefect_server_refused", error=str(error))
        return 1
    command = [sys.executable, "-m", "prefect", "server", "start"]
    command += ["--host", options.host, "--port", str(options.port)]
    os.execve(sys.executable, command, environment)


if __name__ == "__main__":
    sys.exit(main())
