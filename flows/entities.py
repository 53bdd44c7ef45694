"""Entity rules and aliases: `python -m flows.entities import|unmatched|export --project N`.

`import FILE.csv` shows what the file's rules would do to the published conversations, counts only,
and changes nothing; with `--apply` the rules are stored and the next build follows them.
`unmatched` lists the spellings of survey answers that no alias knows, with counts; `export` writes
the rules as a file that can be imported again, contacts by their keys. Tables go to stdout. The
exit code is 0, or 1 when the file or the project cannot be used; then nothing has changed.
"""

import argparse
import csv
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from lib.config import SettingsError, get_settings
from lib.db.engines import engine_for_role
from lib.db.roles import OWNER
from lib.db.urls import NoDatabaseError
from lib.log import configure_logging, get_logger
from lib.privacy.contact_key import contact_key
from lib.raw.projects import UnknownProjectError
from lib.tenants.entity_effect import (
    EntityCounts,
    EntityEffect,
    Unmatched,
    effect_of,
    load_rules,
    unmatched_spellings,
)
from lib.tenants.entity_file import COLUMNS, EntityFileError, StoredRule, merged_rules, read_rules
from lib.tenants.rows import RULE_KEY, replace_rows

__all__ = ["Import", "NothingPublishedError", "export_rules", "import_rules", "main", "unmatched"]

log = get_logger("flows.entities")
# a spelling is what somebody typed: digits that could be a phone or a document are not shown
LONG_NUMBER = re.compile(r"\d{5,}")
EFFECT_COLUMNS = [field.name for field in fields(EntityCounts)]
TIMEZONE = "select timezone from app.projects where project_id = :project_id"


class NothingPublishedError(Exception):
    """There are no marts yet, so nothing can be said about an effect; build them first."""


@dataclass(frozen=True, slots=True)
class Import:
    """What an import does: rules touched, rules afterwards, and the effect on conversations."""

    changed_rules: int
    rules: tuple[StoredRule, ...]
    effect: EntityEffect
    is_applied: bool


def import_rules(
    project_id: int, path: Path, *, apply: bool = False, replace_kinds: bool = False
) -> Import:
    """Bring a file's rules to a project, or without `apply` say what they would do.

    A second import changes nothing. Raises EntityFileError, UnknownProjectError,
    NothingPublishedError and NoDatabaseError.
    """
    pii_key = get_settings().pii_key.get_secret_value()
    new = read_rules(path, lambda phone: contact_key(pii_key, project_id, phone))
    with _project(project_id) as (connection, timezone):
        existing = load_rules(connection, project_id)
        rules = merged_rules(path, existing, new, replace_kinds=replace_kinds)
        effect = effect_of(connection, project_id, timezone, rules)
        rows: list[dict[str, object]] = [
            {"project_id": project_id, **asdict(rule)} for rule in rules
        ]
        changed = replace_rows(connection, "entity_rules", RULE_KEY, project_id, rows)
        if apply:
            connection.commit()
    return Import(changed, tuple(rules), effect, apply)


def unmatched(project_id: int, *, at_least: int = 1) -> list[Unmatched]:
    """Spellings of surveys that no alias knows. Raises as `import_rules`, but for files."""
    with _project(project_id) as (connection, timezone):
        return unmatched_spellings(connection, project_id, timezone, at_least=at_least)


def export_rules(project_id: int) -> list[StoredRule]:
    """The project's rules in their order. Raises UnknownProjectError and NoDatabaseError."""
    with _project(project_id) as (connection, _):
        return load_rules(connection, project_id)


@contextmanager
def _project(project_id: int) -> Iterator[tuple[Connection, str]]:
    """A transaction of the owner that is taken back at the end unless committed."""
    engine = engine_for_role(OWNER)
    try:
        with engine.connect() as connection:
            values = {"project_id": project_id}
            timezone = connection.execute(text(TIMEZONE), values).scalar_one_or_none()
            if timezone is None:
                raise UnknownProjectError(
                    f"a registered project was expected and {project_id} is none; onboard it first"
                )
            yield connection, timezone
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", "") not in {"42P01", "3F000"}:
            raise
        raise NothingPublishedError(
            "published marts were expected and there are none; run python -m flows.transform first"
        ) from error
    finally:
        engine.dispose()


def _write_effect(done: Import) -> None:
    writer = csv.DictWriter(sys.stdout, EFFECT_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(each) for each in done.effect.entities)


def _run(options: argparse.Namespace) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if options.command == "import":
        done = import_rules(
            options.project, options.file, apply=options.apply, replace_kinds=options.replace
        )
        _write_effect(done)
        event = "rules_applied" if done.is_applied else "rules_previewed"
        log.info(
            event if done.changed_rules else "rules_already_so",
            project_id=options.project,
            changed_rules=done.changed_rules,
            conversations_moved=done.effect.moved,
            conversations_not_yet_rebuilt=done.effect.unpublished,
        )
    elif options.command == "unmatched":
        writer.writerow(["spelling", "contact_days", "contacts"])
        for each in unmatched(options.project, at_least=options.min):
            spelling = LONG_NUMBER.sub("#####", each.spelling)
            writer.writerow([spelling, each.contact_days, each.contacts])
    else:
        writer.writerow(COLUMNS)
        for rule in export_rules(options.project):
            writer.writerow([rule.rule_kind, rule.match_value, rule.entity, rule.priority])


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit codes are those of the module's first lines."""
    parser = argparse.ArgumentParser(prog="python -m flows.entities", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    importing = commands.add_parser("import", help="preview a file's rules, or apply them")
    importing.add_argument("file", type=Path, help=f"CSV with {', '.join(COLUMNS)}")
    importing.add_argument("--apply", action="store_true", help="store the rules")
    importing.add_argument(
        "--replace", action="store_true", help="rules of the file's kinds that it lacks go"
    )
    listing = commands.add_parser("unmatched", help="spellings that no alias knows, with counts")
    listing.add_argument("--min", type=int, default=1, help="on at least so many contact days")
    for command in (importing, listing, commands.add_parser("export", help="the rules as CSV")):
        command.add_argument("--project", type=int, required=True, help="the project's number")
    options = parser.parse_args(arguments)
    configure_logging()
    try:
        settings = get_settings()
        configure_logging(settings.log_format, settings.log_level)
        _run(options)
    except (
        EntityFileError,
        NoDatabaseError,
        NothingPublishedError,
        SettingsError,
        UnknownProjectError,
    ) as error:
        log.error("entities_failed", project_id=options.project, error=str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
