"""An issuer of our own, for tests, demonstrations and whoever connects to us.

    python -m infra.issuer add --folder F --iss URL --audience A   a new issuer and its first key
    python -m infra.issuer sign --folder F --project 101           a token, on standard output
    python -m infra.issuer rotate --folder F --kid NEW             a second key, with overlap
    python -m infra.issuer serve --folder F --port 8650            its public keys on loopback

F/issuers.yaml is what AUTH_ISSUERS_FILE names. docs/integracion shows the whole way.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from infra.issuer.errors import IssuerFolderError
from infra.issuer.folder import add_issuer, entry_of, rotate
from infra.issuer.key_set import server
from infra.issuer.tokens import Person, sign
from lib.clock import now
from lib.log import configure_logging, get_logger

log = get_logger("infra.issuer")
Options = argparse.Namespace


def _add(options: Options) -> None:
    entry: dict[str, Any] = {
        "iss": options.iss,
        "audiences": options.audience,
        "algorithm": options.algorithm,
        "max_lifetime_seconds": options.max_lifetime,
    }
    if options.project:
        entry["projects"] = options.project
    if options.cookie:
        entry["cookie"] = options.cookie
    if options.origin:
        entry["allowed_origins"] = options.origin
    if options.jwks_url:
        entry["keys"] = [{"jwks_url": options.jwks_url}]
    path = add_issuer(options.folder, entry, options.kid)
    log.info("issuer_added", iss=options.iss, kid=options.kid, file=str(path))


def _sign(options: Options) -> None:
    person = Person(
        options.project, options.subject, options.role, options.entity, options.display_name
    )
    at = now() + timedelta(seconds=options.issued_in)
    entry = entry_of(options.folder, options.iss)
    token = sign(entry, options.folder, person, at, timedelta(seconds=options.lifetime))
    sys.stdout.write(token + "\n")


def _rotate(options: Options) -> None:
    iss = entry_of(options.folder, options.iss).iss
    overlap = timedelta(seconds=options.overlap)
    path = rotate(options.folder, iss, options.kid, now(), overlap)
    log.info("key_rotated", iss=iss, kid=options.kid, overlap_s=options.overlap, file=str(path))


def _serve(options: Options) -> None:
    with server(options.folder, options.port) as serving:
        log.info("jwks_ready", url=f"http://127.0.0.1:{serving.server_port}/jwks.json")
        try:
            serving.serve_forever()
        except KeyboardInterrupt:
            log.info("jwks_stopped")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.issuer",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True)

    def command(name: str, run: Callable[[Options], None]) -> argparse.ArgumentParser:
        made = commands.add_parser(name)
        made.add_argument("--folder", type=Path, required=True)
        made.set_defaults(run=run)
        return made

    add = command("add", _add)
    add.add_argument("--iss", required=True)
    add.add_argument("--audience", required=True, action="append")
    add.add_argument("--algorithm", choices=["HS256", "RS256"], default="HS256")
    add.add_argument("--kid", default="key-1")
    add.add_argument("--max-lifetime", type=int, default=3_600, metavar="SECONDS")
    add.add_argument("--project", type=int, action="append", help="only these projects")
    add.add_argument("--cookie", help="name of the cookie on the parent domain")
    add.add_argument("--origin", action="append", help="origin that may post a token")
    add.add_argument("--jwks-url", help="where `serve` will answer; RS256 only")

    signing = command("sign", _sign)
    signing.add_argument("--iss", help="which issuer, when the file has several")
    signing.add_argument("--project", type=int, required=True)
    signing.add_argument("--role", default="director")
    signing.add_argument("--subject", default="user-1")
    signing.add_argument("--entity", action="append", help="only these entities")
    signing.add_argument("--display-name")
    signing.add_argument("--lifetime", type=int, default=300, metavar="SECONDS")
    signing.add_argument("--issued-in", type=int, default=0, metavar="SECONDS", help="may be < 0")

    rotating = command("rotate", _rotate)
    rotating.add_argument("--iss", help="which issuer, when the file has several")
    rotating.add_argument("--kid", required=True, help="name of the new key")
    rotating.add_argument("--overlap", type=int, default=86_400, metavar="SECONDS")

    serving = command("serve", _serve)
    serving.add_argument("--port", type=int, default=8650)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: 0 when done, 1 when it could not be."""
    options = _parser().parse_args(arguments)
    configure_logging()
    try:
        options.run(options)
    except IssuerFolderError as error:
        log.error("issuer_failed", error=str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
