"""Where the values of settings come from: the environment, files it names, local secrets."""

import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from lib.local_secrets import LocalSecretsError, read_local_secrets

__all__ = ["FILE_SUFFIX", "files_open_to_others", "gather"]

SERVER_KEY = re.compile(r"INDIGITALL_SERVER_KEY_(\d+)")
SERVER_KEY_LINE = re.compile(r"(\d+)\s*=\s*(\S+)")
SERVER_KEYS_FILE = "INDIGITALL_SERVER_KEYS_FILE"
FILE_SUFFIX = "_FILE"
CONTAINER_SECRETS = Path("/run/secrets")
SECRETS = {
    "DATABASE_URL",
    "ADMIN_DATABASE_URL",
    "INDIGITALL_MASTER_SECRET",
    "INDIGITALL_RETIRED_MASTER_SECRETS",
    "INDIGITALL_PII_KEY",
    "INDIGITALL_SERVER_KEY",
    "INDIGITALL_LOGIN_PASSWORD",
    "ALERT_WEBHOOK_URL",
    "ALERT_WEBHOOK_SECRET",
    "SMTP_PASSWORD",
}
# what the product works without: a file with a comment in it says that it is not used
OPTIONAL = SECRETS - {
    "DATABASE_URL",
    "ADMIN_DATABASE_URL",
    "INDIGITALL_MASTER_SECRET",
    "INDIGITALL_PII_KEY",
}


def gather(environ: Mapping[str, str], home: Path) -> tuple[dict[str, object], list[str]]:
    """Values by variable name, server keys by project, the faults of reading them."""
    faults: list[str] = []
    given = {name: value for name, value in environ.items() if value.strip()}
    try:
        local = read_local_secrets(home)
    except LocalSecretsError as error:
        local = {}
        faults.append(str(error))
    from_files: dict[str, str] = {}
    for name, value in given.items():
        plain = name.removesuffix(FILE_SUFFIX)
        if plain == name or not (plain in SECRETS or SERVER_KEY.fullmatch(plain)):
            continue
        if plain in given:
            faults.append(f"{plain}: está definida dos veces, también como {name}; deje una sola")
        else:
            read = _read_secret_file(plain, Path(value), faults)
            if not (plain in OPTIONAL and read.startswith("#")):
                from_files[plain] = read
    if SERVER_KEYS_FILE in given:
        keys_of_file = _read_server_keys(Path(given[SERVER_KEYS_FILE]), faults)
        from_files = {**keys_of_file, **from_files}
    if "INDIGITALL_API_URL" in given:
        # how the former sandbox was asked says nothing about another address
        local = {k: v for k, v in local.items() if k != "INDIGITALL_CONNECTION_FILE"}
    values = {**local, **from_files, **given}
    keys = {
        int(match[1]): value.strip()
        for name, value in values.items()
        if (match := SERVER_KEY.fullmatch(name))
    }
    return {**values, "INDIGITALL_SERVER_KEY_": keys}, faults


def files_open_to_others(environ: Mapping[str, str]) -> Iterator[tuple[str, Path]]:
    """Files with secrets that every user of this machine can read, each with its variable.

    What a container gets under /run/secrets is meant to be readable: no one else is in there.
    """
    for name, value in environ.items():
        is_secret = name == SERVER_KEYS_FILE or (
            name.endswith(FILE_SUFFIX)
            and (
                (plain := name.removesuffix(FILE_SUFFIX)) in SECRETS or SERVER_KEY.fullmatch(plain)
            )
        )
        if is_secret and value.strip() and _is_open_to_others(path := Path(value).absolute()):
            yield name, path


def _is_open_to_others(path: Path) -> bool:
    if path.is_relative_to(CONTAINER_SECRETS):
        return False
    try:
        folders = [folder.stat().st_mode & stat.S_IXOTH for folder in path.parents]
        return bool(path.stat().st_mode & stat.S_IROTH) and all(folders)
    except OSError:
        return False


def _read_secret_file(name: str, path: Path, faults: list[str]) -> str:
    try:
        value = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        faults.append(f"{name}: no se puede leer el archivo {path}")
        return ""
    if not value:
        faults.append(f"{name}: el archivo {path} está vacío")
    return value


def _read_server_keys(path: Path, faults: list[str]) -> dict[str, str]:
    """Keys by the name of their variable; empty lines and those that begin with # say nothing."""
    keys: dict[str, str] = {}
    text = _read_secret_file(SERVER_KEYS_FILE, path, faults)
    for number, line in enumerate(text.splitlines(), start=1):
        match = SERVER_KEY_LINE.fullmatch(line.strip())
        if match:
            keys[f"INDIGITALL_SERVER_KEY_{int(match[1])}"] = match[2]
        elif line.strip() and not line.lstrip().startswith("#"):
            faults.append(f"{SERVER_KEYS_FILE}: línea {number}: se esperaba proyecto=llave")
    return keys
