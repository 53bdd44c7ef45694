"""`<INDIGITALL_HOME>/secrets.json`: what a local installation generated, open to its owner only.

The file holds environment names and their values. It is the last source of `lib.config`, so that a
command typed in a second terminal finds the same secrets as the running application.
"""

import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path

GENERATED = ("INDIGITALL_MASTER_SECRET", "INDIGITALL_PII_KEY")
FILE_NAME = "secrets.json"


class LocalSecretsError(Exception):
    """The secrets file exists but cannot be used; carries a Spanish message for the operator."""


def ensure_home(home: Path) -> Path:
    """Create the local data folder if it is missing and return its absolute path.

    The mode is 0711: the server's unprivileged user passes through it and can list nothing. Raises
    LocalSecretsError when it cannot be created.
    """
    home = home.absolute()
    if not home.is_dir():
        try:
            home.mkdir(parents=True)
        except OSError as error:
            raise LocalSecretsError(f"{home}: no se puede crear ({error.strerror})") from error
        home.chmod(0o711)
    return home


def ensure_local_secrets(home: Path) -> Path:
    """Make sure `secrets.json` holds the generated secrets and return its path.

    A secret is generated once and never replaced: the passwords of all database roles and the keys
    of all contacts depend on it.
    """
    path = ensure_home(home) / FILE_NAME
    known = read_local_secrets(home)
    missing = {name: secrets.token_hex(32) for name in GENERATED if name not in known}
    return store_local_values(home, missing) if missing else path


def store_local_values(home: Path, values: Mapping[str, str]) -> Path:
    """Add or replace values by environment name, keep the others, and return the file's path."""
    path = ensure_home(home) / FILE_NAME
    merged = {**read_local_secrets(home), **values}
    # mkstemp creates with 0600; the rename makes the change whole or absent
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{FILE_NAME}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(merged, file, indent=2, sort_keys=True)
        file.write("\n")
    os.replace(temporary, path)
    return path


def read_local_secrets(home: Path) -> dict[str, str]:
    """Environment names and values of the file; empty when there is no file.

    Raises LocalSecretsError when the file is open to others, unreadable, or not what we wrote.
    """
    path = home / FILE_NAME
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise LocalSecretsError(f"{path}: no se puede leer ({error.strerror})") from error
    if mode & 0o077:
        raise LocalSecretsError(f"{path}: otros usuarios pueden leerlo; ejecute: chmod 600 {path}")
    try:
        values = json.loads(text)
    except ValueError as error:
        raise LocalSecretsError(f"{path}: no es un archivo JSON válido ({error})") from error
    if not isinstance(values, dict) or not all(isinstance(v, str) for v in values.values()):
        raise LocalSecretsError(f"{path}: se esperaba un objeto JSON de textos")
    return values
