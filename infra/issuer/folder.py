"""A folder as an issuer of tokens has one: its keys, and the file that we are given of it.

issuers.yaml           what AUTH_ISSUERS_FILE names; holds no secret
<kid>.secret           HS256: known to both sides, readable by the owner alone
<kid>.private.pem      RS256: only the issuer has it; this product never reads it
<kid>.public.pem       RS256: what we are given
"""

import os
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from infra.issuer.errors import IssuerFolderError
from lib.auth.issuer_file import IssuerEntry, IssuerFile
from lib.auth.issuers import Issuers, IssuersFileError
from lib.checked_yaml import load_checked

__all__ = ["ISSUERS_FILE", "PRIVATE", "PUBLIC", "SECRET", "add_issuer", "entry_of", "rotate"]

ISSUERS_FILE = "issuers.yaml"
SECRET, PRIVATE, PUBLIC = ".secret", ".private.pem", ".public.pem"
RSA_BITS = 3_072
HEAD = "# Written by `python -m infra.issuer`; docs/integracion/emisores.md explains every key.\n"
Entry = dict[str, Any]


def add_issuer(folder: Path, entry: Mapping[str, Any], kid: str) -> Path:
    """Make the first key of a new issuer and add its entry to the file; returns the file.

    `entry` is as in the file, without `keys`, except that of a JWKS, which then serves the key.
    Raises IssuerFolderError, also for an iss that is there already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    entries = _entries(folder)
    if entry["iss"] in {known["iss"] for known in entries}:
        raise IssuerFolderError(f"a new iss was expected and {entry['iss']} came: use rotate")
    key = _make_key(folder, str(entry["algorithm"]), kid)
    return _write(folder, [*entries, {**entry, "keys": entry.get("keys", [key])}])


def rotate(folder: Path, iss: str, kid: str, at: datetime, overlap: timedelta) -> Path:
    """Make another key that counts at once; those of now end after the overlap.

    Raises IssuerFolderError.
    """
    entries = _entries(folder)
    for entry in entries:
        if entry["iss"] == iss:
            if any("jwks_url" in key for key in entry["keys"]):
                raise IssuerFolderError("keys in files were expected: a JWKS rotates by itself")
            end = (at + overlap).isoformat()
            former = [{"not_after": end, **key} for key in entry["keys"]]
            entry["keys"] = [_make_key(folder, entry["algorithm"], kid), *former]
            return _write(folder, entries)
    raise IssuerFolderError(f"an iss of {folder / ISSUERS_FILE} was expected and {iss} came")


def entry_of(folder: Path, iss: str | None) -> IssuerEntry:
    """The entry of an issuer; without a name the only one there is. Raises IssuerFolderError."""
    path = folder / ISSUERS_FILE
    try:
        entries = load_checked(path, IssuerFile, IssuersFileError).issuers
    except IssuersFileError as error:
        raise IssuerFolderError(str(error)) from error
    found = [entry for entry in entries if iss in {None, entry.iss}]
    if len(found) != 1:
        names = ", ".join(entry.iss for entry in entries)
        raise IssuerFolderError(f"--iss was expected to be one of {names} and {iss} came")
    return found[0]


def _make_key(folder: Path, algorithm: str, kid: str) -> dict[str, str]:
    """A new key in its files, and what the entry says of it."""
    if algorithm == "HS256":
        _write_new(folder / f"{kid}{SECRET}", secrets.token_hex(32).encode() + b"\n", 0o600)
        return {"kid": kid, "secret_file": f"{kid}{SECRET}"}
    private = generate_private_key(65_537, RSA_BITS)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    _write_new(folder / f"{kid}{PRIVATE}", pem, 0o600)
    _write_new(folder / f"{kid}{PUBLIC}", public, 0o644)
    return {"kid": kid, "public_key_file": f"{kid}{PUBLIC}"}


def _write_new(path: Path, content: bytes, mode: int) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        raise IssuerFolderError(f"a new kid was expected: {path} is there already") from None
    with open(descriptor, "wb") as file:
        file.write(content)


def _entries(folder: Path) -> list[Entry]:
    path = folder / ISSUERS_FILE
    if not path.exists():
        return []
    entries: list[Entry] = yaml.safe_load(path.read_text(encoding="utf-8"))["issuers"]
    return entries


def _write(folder: Path, entries: list[Entry]) -> Path:
    """Put the new file in the place of the old one, once the product would take it."""
    path = folder / ISSUERS_FILE
    new = folder / f"{ISSUERS_FILE}.new"
    content = yaml.safe_dump({"issuers": entries}, sort_keys=False, allow_unicode=True)
    new.write_text(HEAD + content, encoding="utf-8")
    try:
        Issuers.load(new)
    except IssuersFileError as error:
        new.unlink()
        raise IssuerFolderError(str(error)) from error
    new.replace(path)
    return path
