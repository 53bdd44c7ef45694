"""Issuers whose tokens are accepted, with their keys, as AUTH_ISSUERS_FILE names them.

The file and its keys are read once, at the start; a fault of any of them stops the start. Only the
keys behind a `jwks_url` are read later, and again.
"""

import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Self

import jwt

from lib.auth.issuer_file import IssuerEntry, IssuerFile, KeyEntry
from lib.auth.jwks import RemoteKeys
from lib.auth.keys import WeakKeyError, public_key, shared_secret
from lib.auth.signature import PublicKey
from lib.checked_yaml import load_checked
from lib.log import get_logger

__all__ = ["Issuer", "Issuers", "IssuersFileError", "LocalKey"]

log = get_logger("auth.issuers")
LONGEST_KEY_FILE = 16_384
# every secret of a container stands here, readable by the one user that is in it
OF_CONTAINERS = Path("/run/secrets")


class IssuersFileError(Exception):
    """The program must not start: one line per fault, with file and key, never a secret."""


@dataclass(frozen=True, slots=True)
class LocalKey:
    """A key read from a file, and from when until when tokens signed with it are accepted."""

    kid: str | None
    key: PublicKey = field(repr=False)
    not_before: datetime | None = None
    not_after: datetime | None = None

    def is_in_force(self, now: datetime) -> bool:
        """Whether it counts at this instant; the end itself does not."""
        has_begun = self.not_before is None or now >= self.not_before
        return has_begun and (self.not_after is None or now < self.not_after)


@dataclass(frozen=True, slots=True)
class Issuer:
    """One issuer: its entry of the file (`rules`) and the keys it signs with."""

    rules: IssuerEntry
    local_keys: tuple[LocalKey, ...]
    remote_keys: RemoteKeys | None = None

    @property
    def name(self) -> str:
        """Its claim iss."""
        return self.rules.iss

    def keys(self, kid: str | None, now: datetime) -> list[PublicKey | jwt.PyJWK]:
        """Keys that may have signed a token that names this kid, or names none.

        A key with a kid serves only tokens that name it, one without only tokens that name none.
        Raises KeySetUnavailableError.
        """
        named = [key for key in self.local_keys if key.kid == kid]
        # what the file says of a kid holds, also that its time is over
        if named or kid is None or self.remote_keys is None:
            return [key.key for key in named if key.is_in_force(now)]
        remote = self.remote_keys.find(kid)
        return [remote] if remote is not None else []


class Issuers:
    """The issuers of this installation by their claim iss; empty when none is configured."""

    def __init__(self, issuers: Iterable[Issuer] = ()) -> None:
        self._by_name = {issuer.name: issuer for issuer in issuers}

    @classmethod
    def load(cls, path: Path) -> Self:
        """The issuers of a YAML file; files it names are relative to its folder.

        Raises IssuersFileError with every fault found.
        """
        entries = load_checked(path, IssuerFile, IssuersFileError).issuers
        faults: list[str] = []
        issuers = [_with_keys(entry, path, faults) for entry in entries]
        owner: dict[object, str] = {}
        for issuer in issuers:
            for key in issuer.local_keys:
                known = key.key if isinstance(key.key, bytes) else key.key.public_numbers()
                if owner.setdefault(known, issuer.name) != issuer.name:
                    faults.append(
                        f"{path}: {issuer.name}: a key of its own was expected, this one is also"
                        f" of {owner[known]}"
                    )
        if faults:
            raise IssuersFileError("\n".join(faults))
        return cls(issuers)

    def __iter__(self) -> Iterator[Issuer]:
        return iter(self._by_name.values())

    def __len__(self) -> int:
        return len(self._by_name)

    def find(self, name: str) -> Issuer | None:
        """The issuer with exactly this claim iss."""
        return self._by_name.get(name)

    @property
    def cookies(self) -> tuple[str, ...]:
        """Names of the cookies in which tokens may come, in the order of the file."""
        return tuple(issuer.rules.cookie for issuer in self if issuer.rules.cookie)

    @property
    def allowed_origins(self) -> frozenset[str]:
        """Origins from which a browser may post a token."""
        return frozenset(origin for issuer in self for origin in issuer.rules.allowed_origins)


def _with_keys(entry: IssuerEntry, path: Path, faults: list[str]) -> Issuer:
    local: list[LocalKey] = []
    remote: RemoteKeys | None = None
    for number, key in enumerate(entry.keys):
        if key.jwks_url:
            remote = RemoteKeys(key.jwks_url, entry.algorithm)
            continue
        try:
            read = _read_key(key, path.parent)
        except (WeakKeyError, OSError, UnicodeDecodeError) as error:
            what = str(error) if isinstance(error, WeakKeyError) else "a readable file was expected"
            faults.append(f"{path}: {entry.iss}: keys.{number}: {what}")
        else:
            local.append(LocalKey(key.kid, read, key.not_before, key.not_after))
    return Issuer(entry, tuple(local), remote)


def _read_key(key: KeyEntry, folder: Path) -> PublicKey:
    """The key of the file that the entry names. Raises WeakKeyError, OSError."""
    if key.public_key_file is not None:
        return public_key(_content(folder / key.public_key_file.expanduser()))
    assert key.secret_file is not None
    path = folder / key.secret_file.expanduser()
    content = _content(path)
    is_open = path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH)
    if is_open and OF_CONTAINERS not in path.parents:
        log.warning("issuer_secret_readable_by_others", path=str(path), expected="chmod 600")
    return shared_secret(content.decode().removesuffix("\n").removesuffix("\r"))


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(LONGEST_KEY_FILE + 1)
    if len(content) > LONGEST_KEY_FILE:
        raise WeakKeyError(f"a file of at most {LONGEST_KEY_FILE} bytes was expected")
    return content
