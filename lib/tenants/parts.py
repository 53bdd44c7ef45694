"""The parts of a project's configuration: its entity rules, its brand, its own schedules."""

import re
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

__all__ = [
    "Brand",
    "EntityRule",
    "LogoError",
    "Name",
    "Normalised",
    "RuleKind",
    "Schedule",
    "Strict",
    "TimezoneName",
    "read_logo",
]

RuleKind = Literal["channel_instance", "agent_domain", "agent", "contact", "survey_alias"]
CRON_FIELD = r"[0-9*,/-]+"
CRON = re.compile(rf"{CRON_FIELD}( {CRON_FIELD}){{3}} [0-9A-Za-z*,/-]+")
MOST_LOGO_BYTES = 256 * 1024
# an SVG can carry scripts, so it is no logo
LOGO_TYPES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


class LogoError(Exception):
    """A logo cannot be used; names the file, what was expected and what came."""


def _known_timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("expected a time zone such as America/Bogota") from error
    return name


def _lower(value: str) -> str:
    return value.strip().lower()


def _cron(value: str) -> str:
    if not CRON.fullmatch(value):
        raise ValueError("expected five cron fields such as */15 * * * *")
    return value


Name = Annotated[str, Field(min_length=1, max_length=120)]
Normalised = Annotated[str, AfterValidator(_lower), Field(min_length=1)]
TimezoneName = Annotated[str, AfterValidator(_known_timezone)]
Colour = Annotated[str, AfterValidator(_lower), Field(pattern=r"^#[0-9A-Fa-f]{6}$")]


class Strict(BaseModel):
    """A misspelt key is an error, never a setting silently left out."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class EntityRule(Strict):
    """One ordered rule: what carries `match_value` (or comes from `contact_id`) is of `entity`."""

    priority: int = Field(ge=0)
    rule_kind: RuleKind
    match_value: Normalised | None = None
    contact_id: str | None = Field(None, min_length=1)
    entity: Name

    @model_validator(mode="after")
    def _names_what_it_matches(self) -> Self:
        by_contact = self.rule_kind == "contact"
        if (self.contact_id is not None) != by_contact or (self.match_value is None) != by_contact:
            raise ValueError("a rule of kind contact has contact_id, every other has match_value")
        return self


class Brand(Strict):
    """What readers see of whom: name, colours, logo (a PNG or JPEG file) and sender of mails."""

    name: Name
    primary_color: Colour = "#0066cc"
    accent_color: Colour = "#76c043"
    sender: Name | None = None
    logo_file: Path | None = None


class Schedule(Strict):
    """A deployment (`flow/deployment`) that also runs for this project alone, at these times."""

    deployment: str = Field(pattern=r"^[a-z0-9_-]+/[a-z0-9_-]+$")
    cron: Annotated[str, AfterValidator(_cron)]
    timezone: TimezoneName = "America/Bogota"


def read_logo(path: Path) -> tuple[bytes, str]:
    """The bytes of a logo and their type. Raises LogoError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LogoError(f"{path}: a logo was expected and cannot be read: {error}") from error
    kind = next((kind for magic, kind in LOGO_TYPES.items() if content.startswith(magic)), None)
    if kind is None:
        raise LogoError(f"{path}: a PNG or JPEG was expected and something else came")
    if len(content) > MOST_LOGO_BYTES:
        raise LogoError(
            f"{path}: at most {MOST_LOGO_BYTES} bytes were expected and {len(content)} came"
        )
    return content, kind
