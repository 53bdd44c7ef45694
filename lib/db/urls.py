"""Where the database is and with which name and password each role goes in.

Passwords of our roles are HMAC(master secret, role): nothing is stored, all change with the secret.
"""

import hashlib
import hmac

from sqlalchemy import URL, make_url

from lib.config import get_settings
from lib.db.embedded import find_running

DRIVER = "postgresql+psycopg"


class NoDatabaseError(Exception):
    """DATABASE_URL is not set and no local server runs; the Spanish message says what to do."""


class DatabaseUnreachableError(NoDatabaseError):
    """The server at the configured address gives no connection; says where, never as whom."""

    def __init__(self, url: URL, kind: str) -> None:
        super().__init__(
            f"Se esperaba PostgreSQL en {url.host}:{url.port or 5432} y no dio conexión ({kind});"
            " revise que el servidor esté en marcha y DATABASE_URL"
        )


def role_url(role: str) -> URL:
    """The address of the database for one of our roles. Raises NoDatabaseError."""
    return _base_url().set(username=role, password=role_password(role))


def role_password(role: str) -> str:
    """The password of a role: 64 hexadecimal characters, the same for the same master secret."""
    secret = get_settings().master_secret.get_secret_value()
    return hmac.new(secret.encode(), role.encode(), hashlib.sha256).hexdigest()


def admin_url() -> URL:
    """The superuser's address: ADMIN_DATABASE_URL, else DATABASE_URL, else the local server's."""
    given = get_settings().admin_database_url
    return make_url(given.get_secret_value()).set(drivername=DRIVER) if given else _base_url()


def _base_url() -> URL:
    settings = get_settings()
    if settings.database_url:
        return make_url(settings.database_url.get_secret_value()).set(drivername=DRIVER)
    server = find_running(settings.home)
    if server is None:
        raise NoDatabaseError(
            f"No hay base de datos: DATABASE_URL no está definida y en {settings.home} no corre "
            "un servidor local; ejecute `make run` o defina DATABASE_URL"
        )
    return make_url(server.admin_url).set(drivername=DRIVER)
