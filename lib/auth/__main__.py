"""`python -m lib.auth inspect | account | end-sessions`: tokens and people, from a terminal."""

import argparse
import sys
from collections.abc import Sequence

from lib.auth import administration, inspection


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: the exit code of the command that was named."""
    parser = argparse.ArgumentParser(prog="python -m lib.auth", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    inspecting = commands.add_parser("inspect", description=inspection.__doc__)
    inspection.add_arguments(inspecting)
    inspecting.set_defaults(run=inspection.run)
    account = commands.add_parser("account", description=administration.__doc__)
    administration.add_account_arguments(account)
    account.set_defaults(run=administration.run_account)
    ending = commands.add_parser("end-sessions", description=administration.__doc__)
    administration.add_end_arguments(ending)
    ending.set_defaults(run=administration.run_end)
    options = parser.parse_args(arguments)
    code: int = options.run(options)
    return code


if __name__ == "__main__":
    sys.exit(main())
