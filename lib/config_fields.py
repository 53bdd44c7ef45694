"""The kinds of values that settings have: what each accepts, and what it says when it does not."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr

from lib.secret_rules import weakness

__all__ = [
    "CHECKOUT",
    "LOOPBACK",
    "AuthMode",
    "AuthModes",
    "LocalPath",
    "LogFormat",
    "LogLevel",
    "MailAddress",
    "MailAddresses",
    "Network",
    "Networks",
    "PostgresUrl",
    "SafeUrl",
    "SecretLines",
    "StrongSecret",
    "WebUrl",
    "from_checkout",
]

CHECKOUT = Path(__file__).resolve().parents[1]
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# a network wider than this is no place where one's own proxies stand
WIDEST_NETWORK = {4: 8, 6: 32}
MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)


def _strong_secret(value: SecretStr) -> SecretStr:
    fault = weakness(value.get_secret_value())
    if fault:
        raise ValueError(fault)
    return value


def _postgres_url(value: SecretStr) -> SecretStr:
    try:
        url = urlsplit(value.get_secret_value())
        complete = bool(url.hostname and url.path.strip("/")) and url.port != 0
    except ValueError:
        complete = False
    if not complete or url.scheme.partition("+")[0] not in {"postgresql", "postgres"}:
        raise ValueError("se esperaba postgresql://usuario:contraseña@servidor:puerto/base")
    return value


def _web_url(value: str) -> str:
    url = urlsplit(value)
    if url.scheme not in {"http", "https"} or not url.hostname:
        raise ValueError("se esperaba una dirección http:// o https:// con servidor")
    return value.rstrip("/")


def _safe_url(value: str) -> str:
    url = urlsplit(_web_url(value))
    if url.scheme != "https" and url.hostname not in LOOPBACK:
        raise ValueError("se esperaba https://; http:// solo se acepta hacia esta máquina")
    return value


def _mail_address(value: str) -> str:
    if not MAIL.fullmatch(value.strip()):
        raise ValueError("se esperaba una dirección de correo: nombre@dominio")
    return value.strip()


def from_checkout(value: Path) -> Path:
    """A relative folder means the same one wherever the command was typed."""
    return CHECKOUT / value.expanduser()


def _comma_separated(value: object) -> object:
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


def _words(value: object) -> object:
    return value.split() if isinstance(value, str) else value


def _networks(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        found = tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())
    except ValueError:
        raise ValueError("se esperaban direcciones o redes IP: 10.0.0.2,10.1.0.0/24") from None
    if any(network.prefixlen < WIDEST_NETWORK[network.version] for network in found):
        raise ValueError("una de las redes es demasiado amplia para ser la de un proxy propio")
    return found


StrongSecret = Annotated[SecretStr, AfterValidator(_strong_secret)]
SecretLines = Annotated[tuple[StrongSecret, ...], BeforeValidator(_words)]
PostgresUrl = Annotated[SecretStr, AfterValidator(_postgres_url)]
LocalPath = Annotated[Path, AfterValidator(from_checkout)]
WebUrl = Annotated[str, AfterValidator(_web_url)]
SafeUrl = Annotated[str, AfterValidator(_safe_url)]
MailAddress = Annotated[str, AfterValidator(_mail_address)]
MailAddresses = Annotated[
    tuple[MailAddress, ...],
    BeforeValidator(_comma_separated),
]
Network = IPv4Network | IPv6Network
Networks = Annotated[tuple[Network, ...], BeforeValidator(_networks)]
AuthMode = Literal["dev", "cookie", "token", "local"]
AuthModes = Annotated[frozenset[AuthMode], BeforeValidator(_comma_separated)]
LogFormat = Literal["json", "console"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
