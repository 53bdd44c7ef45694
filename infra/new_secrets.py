"""The secret files that docker-compose.yml names: `python -m infra.new_secrets [--demo] [FOLDER]`.

What exists is never replaced: the passwords of all roles and the keys of all contacts depend on it.
"""

import argparse
import secrets
import sys
from pathlib import Path

from infra.sandbox.access import SERVER_KEYS
from lib.config import CHECKOUT
from lib.log import configure_logging, get_logger

log = get_logger("infra.new_secrets")
EMPTY_KEYS = "# one line for each project: 900101=key\n"
NO_ISSUERS = (
    "# whose tokens are accepted: docs/integracion/emisores.md; AUTH_ISSUERS_FILE names it\n"
)
UNUSED = "# not used; to use it, put the value here and nothing else\n"


def make_secrets(folder: Path, *, demo: bool) -> list[str]:
    """Write the files that are missing and return their names.

    Only the folder's owner may enter it; the files in it can be read by whoever gets one of them
    mounted, because the users inside the containers have numbers of their own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    password_file = folder / "postgres_password"
    password = (
        password_file.read_text(encoding="utf-8").strip()
        if password_file.exists()
        else secrets.token_hex(32)
    )
    keys = "".join(f"{project}={key}\n" for project, key in SERVER_KEYS.items())
    contents = {
        "master_secret": secrets.token_hex(32),
        "retired_master_secrets": UNUSED,
        "pii_key": secrets.token_hex(32),
        "postgres_password": password,
        "admin_database_url": f"postgresql://postgres:{password}@db:5432/indigitall",
        "server_keys": keys if demo else EMPTY_KEYS,
        "issuers": NO_ISSUERS,
        "issuer_key_1": UNUSED,
        "issuer_key_2": UNUSED,
        "server_key": UNUSED,
        "login_password": UNUSED,
        "alert_webhook_url": UNUSED,
        "alert_webhook_secret": UNUSED,
        "smtp_password": UNUSED,
    }
    missing = [name for name in contents if not (folder / name).exists()]
    for name in missing:
        (folder / name).write_text(contents[name], encoding="utf-8")
        (folder / name).chmod(0o444)
    return missing


def main(arguments: list[str] | None = None) -> int:
    """The command line; says which files it made, never what they hold."""
    parser = argparse.ArgumentParser(prog="python -m infra.new_secrets", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=CHECKOUT / "secrets")
    parser.add_argument("--demo", action="store_true", help="with the sandbox's invented keys")
    options = parser.parse_args(arguments)
    configure_logging()
    made = make_secrets(options.folder, demo=options.demo)
    log.info("secrets_made", folder=str(options.folder), files=made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
