"""`python -m lib.web --port 8501`: the application in one process, on loopback by default."""

import argparse
import logging
import sys

import uvicorn

from lib.auth.issuers import IssuersFileError
from lib.config import SettingsError, get_settings
from lib.log import configure_logging, get_logger
from lib.web.app import create_app
from lib.web.http_protocol import http_protocol
from lib.web.request_shape import LONGEST_HEAD
from lib.web.security_headers import security_headers

log = get_logger("lib.web")
# the state of a page's widgets, many times over
LONGEST_SOCKET_MESSAGE = 1_048_576


def main(arguments: list[str] | None = None) -> int:
    """Serve until stopped; 1 with the faults listed when the settings are not usable."""
    configure_logging()
    parser = argparse.ArgumentParser(prog="python -m lib.web", description=__doc__)
    parser.add_argument("--port", type=int, help="default: INDIGITALL_PORT, else 8501")
    parser.add_argument("--host", default="127.0.0.1", help="a container listens on 0.0.0.0")
    options = parser.parse_args(arguments)
    try:
        port = options.port or get_settings().port
        app = create_app()
    except SettingsError as error:
        log.error("settings_refused", faults=error.faults)
        return 1
    except IssuersFileError as error:
        log.error("issuers_refused", faults=str(error).splitlines())
        return 1
    # it would write down each websocket's address, query and all
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    uvicorn.run(
        app,
        host=options.host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        # whom a proxy speaks for is read by lib.web.client_address, and of trusted ones alone
        proxy_headers=False,
        http=http_protocol(security_headers(get_settings().base_url)),
        h11_max_incomplete_event_size=LONGEST_HEAD,
        ws="websockets-sansio",
        ws_max_size=LONGEST_SOCKET_MESSAGE,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=5,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
