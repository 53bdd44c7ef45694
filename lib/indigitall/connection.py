"""How the API is asked: limits of a credential, waits, deadlines; all about it is in a file."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from lib.checked_yaml import Strict, load_checked
from lib.indigitall.errors import EndpointFileError

__all__ = ["CONNECTION_FILE", "Auth", "Connection", "Limits", "load_connection"]

CONNECTION_FILE = Path(__file__).with_name("connection.yaml")
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Text = Annotated[str, Field(min_length=1)]
Paths = Annotated[tuple[Text, ...], Field(min_length=1)]
HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")]
Status = Annotated[int, Field(ge=400, le=599)]


class Limits(Strict):
    """What one credential may ask for, and how long anything may take."""

    requests_per_second: float = Field(5.0, gt=0, le=100_000)
    parallel: int = Field(2, ge=1, le=100)
    wait_seconds: tuple[Seconds, ...] = (1.0, 2.0, 4.0, 8.0, 16.0)
    longest_wait_seconds: Seconds = 120.0
    retry_statuses: frozenset[Status] = frozenset({429, 500, 502, 503, 504})
    request_seconds: Seconds = 300.0
    run_seconds: Seconds = 21_600.0
    answer_megabytes: int = Field(256, ge=1, le=4096)


class Login(Strict):
    """How a user of the console gets a token; the first path that holds a text is taken."""

    path: str = Field("/v1/auth", pattern=r"^/\S+$")
    mail_field: Text = "mail"
    password_field: Text = "password"
    token_paths: Paths = ("data.accessToken", "accessToken", "data.token", "token")
    second_factor_paths: Paths = ("data.shortLived2FaToken", "shortLived2FaToken")


# Header and prefix that a mode has unless the file names others.
USUAL = {"server_key": "ServerKey ", "user_login": "Bearer ", "custom_header": ""}


class Auth(Strict):
    """What a request proves itself with; the secrets themselves come from the environment."""

    mode: Literal["server_key", "user_login", "custom_header"] = "server_key"
    header: HeaderName | None = None
    prefix: str | None = None
    login: Login = Login()

    @model_validator(mode="after")
    def _custom_header_has_a_name(self) -> Self:
        if self.mode == "custom_header" and not self.header:
            raise ValueError("header was expected with mode custom_header")
        return self

    @property
    def header_name(self) -> str:
        """The header that carries key or token."""
        return self.header or "Authorization"

    @property
    def header_prefix(self) -> str:
        """What stands before key or token in it."""
        return USUAL[self.mode] if self.prefix is None else self.prefix


class Connection(Strict):
    """The whole file."""

    user_agent: Text = "indigitall-analytics/1.0"
    auth: Auth = Auth()
    limits: Limits = Limits()


def load_connection(path: Path | None = None) -> Connection:
    """The file named, else ours. Raises EndpointFileError with file, line and key."""
    return load_checked(path or CONNECTION_FILE, Connection, EndpointFileError)
