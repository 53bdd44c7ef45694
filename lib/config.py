"""Settings: what the environment says, read once, checked whole, refused with one line per fault.

The first source with a value wins: environment variables (`.env` of the checkout fills in those not
set), `<NAME>_FILE` naming a file with the value (secrets only), `INDIGITALL_SERVER_KEYS_FILE`
naming one with a line `project=key` for each project, `<INDIGITALL_HOME>/secrets.json`.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

from dotenv import load_dotenv
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails

from lib.config_fields import (
    CHECKOUT,
    LOOPBACK,
    AuthModes,
    LocalPath,
    LogFormat,
    LogLevel,
    MailAddress,
    MailAddresses,
    Networks,
    PostgresUrl,
    SafeUrl,
    SecretLines,
    StrongSecret,
    WebUrl,
    from_checkout,
)
from lib.config_sources import FILE_SUFFIX, gather
from lib.local_secrets import ensure_local_secrets

__all__ = [
    "CHECKOUT",
    "EmbeddedOptions",
    "ServerKeyMissingError",
    "Settings",
    "SettingsError",
    "embedded_options",
    "ensure_local_secrets",
    "get_settings",
    "load_settings",
    "local_home",
    "manifest_folder",
]

API_OF_REGION = "https://{region}.api.indigitall.com"
FAULTS_ES = {
    "missing": "falta; es obligatoria",
    "string_pattern_mismatch": "se esperaba otra forma; vea .env.example",
    "int_parsing": "se esperaba un número entero",
    "greater_than_equal": "el número es demasiado bajo",
    "less_than_equal": "el número es demasiado alto",
    "timezone_aware": "falta el desfase horario, por ejemplo 2026-02-17T10:00:00-05:00",
    "datetime_from_date_parsing": "se esperaba fecha y hora ISO: 2026-02-17T10:00:00-05:00",
    "datetime_parsing": "se esperaba fecha y hora ISO: 2026-02-17T10:00:00-05:00",
}


class SettingsError(Exception):
    """The program must not start; `faults` has a Spanish line per faulty variable, never values."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(
            "La configuración no es válida:\n" + "\n".join(f"  {f}" for f in self.faults)
        )


class ServerKeyMissingError(Exception):
    """No Indigitall server key is configured for a project; names the variable to set."""

    def __init__(self, project_id: int) -> None:
        self.project_id = project_id
        self.variable = f"INDIGITALL_SERVER_KEY_{project_id}"
        super().__init__(
            f"Se esperaba la llave de servidor del proyecto {project_id} en {self.variable} "
            f"(o {self.variable}{FILE_SUFFIX}) y no está definida"
        )


class Settings(BaseModel):
    """Every setting of the product; the alias is the variable's name, explained in .env.example."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    database_url: PostgresUrl | None = Field(None, validation_alias="DATABASE_URL")
    admin_database_url: PostgresUrl | None = Field(None, validation_alias="ADMIN_DATABASE_URL")
    home: LocalPath = Field(CHECKOUT / ".indigitall", validation_alias="INDIGITALL_HOME")
    master_secret: StrongSecret = Field(validation_alias="INDIGITALL_MASTER_SECRET")
    retired_master_secrets: SecretLines = Field(
        (), validation_alias="INDIGITALL_RETIRED_MASTER_SECRETS"
    )
    pii_key: StrongSecret = Field(validation_alias="INDIGITALL_PII_KEY")
    auth_modes: AuthModes = Field(frozenset({"dev"}), validation_alias="AUTH_MODE")
    login_url: SafeUrl | None = Field(None, validation_alias="AUTH_LOGIN_URL")
    session_idle_minutes: int = Field(60, ge=5, le=720, validation_alias="SESSION_IDLE_MINUTES")
    session_hours: int = Field(12, ge=1, le=24, validation_alias="SESSION_HOURS")
    auth_issuers_file: LocalPath | None = Field(None, validation_alias="AUTH_ISSUERS_FILE")
    base_url: WebUrl = Field("http://127.0.0.1:8501", validation_alias="BASE_URL")
    trusted_proxies: Networks = Field((), validation_alias="TRUSTED_PROXIES")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(8501, validation_alias="INDIGITALL_PORT")
    api_url: WebUrl | None = Field(None, validation_alias="INDIGITALL_API_URL")
    connection_file: LocalPath | None = Field(None, validation_alias="INDIGITALL_CONNECTION_FILE")
    region: Annotated[str, Field(pattern=r"^[a-z]{2}[0-9]$")] | None = Field(
        None, validation_alias="INDIGITALL_REGION"
    )
    login_mail: str | None = Field(None, validation_alias="INDIGITALL_LOGIN_MAIL")
    login_password: SecretStr | None = Field(None, validation_alias="INDIGITALL_LOGIN_PASSWORD")
    shared_server_key: SecretStr | None = Field(None, validation_alias="INDIGITALL_SERVER_KEY")
    server_keys: dict[int, SecretStr] = Field(
        default_factory=dict, validation_alias="INDIGITALL_SERVER_KEY_"
    )
    alert_webhook_url: SafeUrl | None = Field(None, validation_alias="ALERT_WEBHOOK_URL")
    alert_webhook_secret: SecretStr | None = Field(None, validation_alias="ALERT_WEBHOOK_SECRET")
    alert_mail_to: MailAddresses = Field((), validation_alias="ALERT_MAIL_TO")
    alert_quiet_hours: float = Field(6, gt=0, le=168, validation_alias="ALERT_QUIET_HOURS")
    alert_stale_hours: float = Field(2, gt=0, le=168, validation_alias="ALERT_STALE_HOURS")
    smtp_host: str | None = Field(None, validation_alias="SMTP_HOST")
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = Field(587, validation_alias="SMTP_PORT")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", validation_alias="SMTP_SECURITY"
    )
    smtp_user: str | None = Field(None, validation_alias="SMTP_USER")
    smtp_password: SecretStr | None = Field(None, validation_alias="SMTP_PASSWORD")
    smtp_from: MailAddress | None = Field(None, validation_alias="SMTP_FROM")
    prefect_api_url: WebUrl | None = Field(None, validation_alias="PREFECT_API_URL")
    fixed_now: AwareDatetime | None = Field(None, validation_alias="INDIGITALL_NOW")
    log_format: LogFormat | None = Field(None, validation_alias="LOG_FORMAT")
    log_level: LogLevel = Field("INFO", validation_alias="LOG_LEVEL")
    target_path: Path = Field(Path("target"), validation_alias="DBT_TARGET_PATH")

    @model_validator(mode="after")
    def _two_secrets_are_two(self) -> Self:
        if self.master_secret == self.pii_key:
            raise ValueError("INDIGITALL_PII_KEY: debe ser distinta de INDIGITALL_MASTER_SECRET")
        if self.master_secret in self.retired_master_secrets:
            raise ValueError("INDIGITALL_RETIRED_MASTER_SECRETS: contiene el secreto que rige")
        return self

    @model_validator(mode="after")
    def _modes_are_complete(self) -> Self:
        if "dev" in self.auth_modes and len(self.auth_modes) > 1:
            raise ValueError("AUTH_MODE: dev no se combina con otros modos")
        if self.auth_modes & {"token", "cookie"} and self.auth_issuers_file is None:
            raise ValueError("AUTH_ISSUERS_FILE: es obligatoria con los modos token y cookie")
        return self

    @model_validator(mode="after")
    def _mail_can_be_sent(self) -> Self:
        if self.alert_mail_to and not (self.smtp_host and self.smtp_from):
            raise ValueError("ALERT_MAIL_TO: necesita también SMTP_HOST y SMTP_FROM")
        if self.smtp_security == "none" and self.smtp_host and self.smtp_host not in LOOPBACK:
            raise ValueError("SMTP_SECURITY: none solo se acepta con un servidor de esta máquina")
        return self

    @property
    def manifest_dir(self) -> Path:
        """Folder of manifest.json and semantic_manifest.json, as `dbt parse` leaves them."""
        return CHECKOUT / "warehouse" / self.target_path

    @property
    def master_secrets(self) -> tuple[str, ...]:
        """Every master secret there ever was, oldest first; the last one is today's."""
        every = (*self.retired_master_secrets, self.master_secret)
        return tuple(secret.get_secret_value() for secret in every)

    @property
    def session_idle(self) -> timedelta:
        """How long a session may go unused."""
        return timedelta(minutes=self.session_idle_minutes)

    @property
    def session_absolute(self) -> timedelta:
        """How long a session may last in all."""
        return timedelta(hours=self.session_hours)

    @property
    def api_address(self) -> str | None:
        """Where the API is: the address given, else that of the region; None with neither."""
        return self.api_url or (self.region and API_OF_REGION.format(region=self.region))

    def server_key(self, project_id: int) -> str:
        """The project's own Indigitall server key, else the one shared by every project.

        Raises ServerKeyMissingError when there is neither.
        """
        key = self.server_keys.get(project_id, self.shared_server_key)
        if key is None:
            raise ServerKeyMissingError(project_id)
        return key.get_secret_value()


@dataclass(frozen=True, slots=True)
class EmbeddedOptions:
    """How the local server is run: the folder of its programs, and its user when we are root."""

    pg_bin: Path | None
    pg_user: str


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process, read at the first call. Raises SettingsError."""
    _load_env_file()
    return load_settings(os.environ)


def local_home() -> Path:
    """INDIGITALL_HOME, known before any secret exists: the folder in which they are generated."""
    _load_env_file()
    return _home_of(os.environ)


def manifest_folder() -> Path:
    """`Settings.manifest_dir`, for those who need nothing else of the settings."""
    _load_env_file()
    return CHECKOUT / "warehouse" / (os.environ.get("DBT_TARGET_PATH") or "target")


def embedded_options() -> EmbeddedOptions:
    """PG_BIN and INDIGITALL_PG_USER; needed before the secrets exist, so not part of Settings."""
    _load_env_file()
    return EmbeddedOptions(
        pg_bin=Path(given) if (given := os.environ.get("PG_BIN")) else None,
        pg_user=os.environ.get("INDIGITALL_PG_USER") or "nobody",
    )


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Settings from this environment, its `_FILE` variants and the local secrets of its home.

    Raises SettingsError with every fault found, not only the first.
    """
    values, faults = gather(environ, _home_of(environ))
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        named = {fault.partition(":")[0] for fault in faults}
        lines = [_line(detail) for detail in error.errors(include_url=False, include_input=False)]
        faults += [line for line in lines if line.partition(":")[0] not in named]
    if faults:
        raise SettingsError(faults)
    return settings


def _load_env_file() -> None:
    # INDIGITALL_ENV_FILE names another file; tests point it to one that says nothing
    load_dotenv(os.environ.get("INDIGITALL_ENV_FILE") or CHECKOUT / ".env", override=False)


def _home_of(environ: Mapping[str, str]) -> Path:
    return from_checkout(Path(environ.get("INDIGITALL_HOME") or ".indigitall"))


def _line(detail: ErrorDetails) -> str:
    """One fault as `VARIABLE: what is wrong`; the value itself never appears."""
    message = detail["msg"].removeprefix("Value error, ")
    if not detail["loc"]:
        return message
    context = detail.get("ctx", {})
    if detail["type"] == "literal_error":
        message = f"se esperaba {context['expected'].replace(' or ', ' o ')}"
    return f"{detail['loc'][0]}: {FAULTS_ES.get(detail['type'], message)}"
