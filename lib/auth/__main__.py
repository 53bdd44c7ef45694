"""`python -m lib.auth inspect` reads a token on standard input and prints a verdict as JSON."""

import argparse
import sys
from collections.abc import Sequence

from lib.auth import inspection


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: the exit code of the command that was named."""
    parser = argparse.ArgumentParser(prog="python -m lib.auth", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    inspecting = commands.add_parser("inspect", description=inspection.__doc__)
    inspection.add_arguments(inspecting)
    inspecting.set_defaults(run=inspection.run)
    options = parser.parse_args(arguments)
    code: int = options.run(options)
    return code


if __name__ == "__main__":
    sys.exit(main())
