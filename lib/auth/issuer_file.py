"""The file of issuers as it is written: docs/integracion/emisores.md explains every key of it."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, AwareDatetime, Field, StrictInt, StrictStr, model_validator

from lib.auth.jwks import LOOPBACK
from lib.auth.permissions import Role
from lib.checked_yaml import Strict

__all__ = ["Algorithm", "ClaimNames", "IssuerEntry", "IssuerFile", "KeyEntry"]

Algorithm = Literal["HS256", "RS256"]
Text = Annotated[StrictStr, Field(min_length=1, max_length=200)]
ClaimName = Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9_:/.-]{1,100}$")]
ProjectId = Annotated[StrictInt, Field(ge=1, le=2_147_483_647)]
# under these names our own sessions are kept
OUR_NAMES = {"dev", "local", "indigitall-analytics"}
REGISTERED = {"iss", "aud", "sub", "jti", "exp", "iat", "nbf"}
OUR_ROLES: dict[str, Role] = {role.value: role for role in Role if role is not Role.OPERATOR}


def _https_or_here(value: str) -> str:
    url = urlsplit(value)
    is_safe = url.scheme == "https" or (url.scheme == "http" and url.hostname in LOOPBACK)
    if not (is_safe and url.hostname) or url.username is not None or url.fragment:
        raise ValueError("https:// was expected; http:// only towards this machine")
    return value


def _origin(value: str) -> str:
    url = urlsplit(_https_or_here(value))
    if value != f"{url.scheme}://{url.netloc}" or value != value.lower():
        raise ValueError("an origin was expected: scheme and host, small letters, no path")
    return value


def _not_our_name(value: str) -> str:
    if value in OUR_NAMES:
        raise ValueError("a name other than those of our own sessions was expected")
    return value


def _own_role(value: Role) -> Role:
    if value is Role.OPERATOR:
        raise ValueError("operators enter with a local account, never by token")
    return value


class KeyEntry(Strict):
    """One key, or the address of a set of keys, and the time in which it counts."""

    kid: Text | None = None
    secret_file: Path | None = None
    public_key_file: Path | None = None
    jwks_url: Annotated[StrictStr, AfterValidator(_https_or_here)] | None = None
    not_before: AwareDatetime | None = None
    not_after: AwareDatetime | None = None

    @model_validator(mode="after")
    def _is_one_key(self) -> Self:
        given = [self.secret_file, self.public_key_file, self.jwks_url]
        if len([source for source in given if source is not None]) != 1:
            raise ValueError("one of secret_file, public_key_file, jwks_url was expected")
        if self.jwks_url and (self.kid or self.not_before or self.not_after):
            raise ValueError("jwks_url stands alone: kid and dates come from the set itself")
        if self.not_before and self.not_after and self.not_before >= self.not_after:
            raise ValueError("not_before was expected before not_after")
        return self


class ClaimNames(Strict):
    """Under which names the issuer writes what concerns us."""

    project: ClaimName = "project_id"
    role: ClaimName = "role"
    entities: ClaimName = "entities"
    name: ClaimName = "name"

    @model_validator(mode="after")
    def _are_four_names_of_their_own(self) -> Self:
        names = {self.project, self.role, self.entities, self.name}
        if len(names) != 4 or names & REGISTERED:
            raise ValueError("four different names were expected, none of a registered claim")
        return self


class IssuerEntry(Strict):
    """One issuer: who it is, how it signs, what its words mean, and where it may send from."""

    iss: Annotated[Text, AfterValidator(_not_our_name)]
    audiences: Annotated[tuple[Text, ...], Field(min_length=1, max_length=10)]
    algorithm: Algorithm
    keys: Annotated[tuple[KeyEntry, ...], Field(min_length=1, max_length=10)]
    leeway_seconds: Annotated[StrictInt, Field(ge=0, le=60)] = 30
    max_lifetime_seconds: Annotated[StrictInt, Field(ge=30, le=86_400)] = 3_600
    claims: ClaimNames = ClaimNames()
    project_as: Literal["integer", "digits"] = "integer"
    roles: Annotated[
        dict[Text, Annotated[Role, AfterValidator(_own_role)]], Field(min_length=1)
    ] = OUR_ROLES
    projects: Annotated[frozenset[ProjectId], Field(min_length=1)] | None = None
    cookie: Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")] | None = None
    allowed_origins: tuple[Annotated[StrictStr, AfterValidator(_origin)], ...] = ()

    @model_validator(mode="after")
    def _signs_in_one_way(self) -> Self:
        for key in self.keys:
            if (key.secret_file is not None) != (self.algorithm == "HS256"):
                raise ValueError(
                    f"keys of {self.algorithm} only were expected: secret_file is of HS256,"
                    " public_key_file and jwks_url are of RS256"
                )
        kids = [key.kid for key in self.keys if key.kid is not None]
        if len(set(kids)) != len(kids):
            raise ValueError("each kid was expected once")
        if len([key for key in self.keys if key.jwks_url]) > 1:
            raise ValueError("at most one jwks_url was expected")
        return self

    @property
    def leeway(self) -> timedelta:
        """How far the issuer's clock may be from ours."""
        return timedelta(seconds=self.leeway_seconds)

    @property
    def max_lifetime(self) -> timedelta:
        """The longest time from iat to exp that is accepted."""
        return timedelta(seconds=self.max_lifetime_seconds)


class IssuerFile(Strict):
    """Every issuer whose tokens are accepted."""

    issuers: Annotated[tuple[IssuerEntry, ...], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def _are_told_apart(self) -> Self:
        names = [issuer.iss for issuer in self.issuers]
        if len(set(names)) != len(names):
            raise ValueError("each iss was expected once")
        cookies = [issuer.cookie for issuer in self.issuers if issuer.cookie]
        if len(set(cookies)) != len(cookies):
            raise ValueError("each cookie was expected once")
        return self
