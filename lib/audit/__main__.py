"""`python -m lib.audit chain | verify [--project N]`: the writer once, and the proof.

`verify` prints one JSON line per chain and ends with 1 when any is broken; 0 is the platform's.
"""

import argparse
import json
import sys
from collections.abc import Sequence

from sqlalchemy import Connection

from lib.audit.chain import audit_key, chain_waiting
from lib.audit.verify import ChainVerdict, verify_chain, verify_chains
from lib.config import SettingsError, get_settings
from lib.db.engines import engine_for_role, first_connection
from lib.db.roles import OWNER
from lib.db.urls import DatabaseUnreachableError, NoDatabaseError
from lib.log import configure_logging, get_logger

log = get_logger("lib.audit")


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when all is well, 1 when a chain is broken, 2 when it could not be looked at."""
    configure_logging()
    parser = argparse.ArgumentParser(prog="python -m lib.audit", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("chain", help="chain what waits in the queue, until nothing waits")
    verifying = commands.add_parser("verify", help="compute the chains again")
    verifying.add_argument("--project", type=int, help="one project; 0 is the platform")
    options = parser.parse_args(arguments)
    try:
        keys = [audit_key(secret) for secret in get_settings().master_secrets]
        engine = engine_for_role(OWNER)
        connection = first_connection(engine)
    except (SettingsError, NoDatabaseError, DatabaseUnreachableError) as error:
        log.error("audit_not_possible", reason=str(error))
        return 2
    try:
        with connection:
            return (
                _chain(connection, keys[-1])
                if options.command == "chain"
                else _verify(connection, keys, options.project)
            )
    finally:
        engine.dispose()


def _chain(connection: Connection, key: bytes) -> int:
    chained = 0
    while done := chain_waiting(connection, key):
        connection.commit()
        chained += done
    _answer({"chained": chained})
    return 0


def _verify(connection: Connection, keys: Sequence[bytes], project_id: int | None) -> int:
    verdicts = (
        list(verify_chains(connection, keys))
        if project_id is None
        else [verify_chain(connection, keys, project_id)]
    )
    for verdict in verdicts:
        _answer(_as_json(verdict))
    return 0 if all(verdict.is_intact for verdict in verdicts) else 1


def _as_json(verdict: ChainVerdict) -> dict[str, object]:
    return {
        "project": verdict.project_id,
        "rows": verdict.rows,
        "head": verdict.head,
        "ok": verdict.is_intact,
        "first_bad": verdict.first_bad,
        "fault": verdict.fault,
    }


def _answer(found: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    sys.exit(main())
