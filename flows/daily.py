"""Is yesterday complete? `python -m flows.daily [--project N]` reads, builds and answers.

Every group of endpoints is read, the last days again, the marts are built, and each project is
asked what its yesterday still lacks. The exit code is 0 when no project lacks anything. Nothing is
purged here: removing is a run of its own, with its own evidence.
"""

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Engine

from flows.ingest import EXPECTED_FAILURES, ingest_project, projects_to_ingest
from flows.transform import AuditFailedError, TransformError, transform
from lib.clock import today
from lib.config import SettingsError, get_settings
from lib.db.day_check import day_problems
from lib.db.engines import engine_for_role
from lib.db.roles import OWNER
from lib.db.urls import NoDatabaseError
from lib.db.warehouse import WarehouseBusyError
from lib.indigitall.endpoints import CHAT_HISTORY
from lib.indigitall.errors import EndpointFileError
from lib.log import configure_logging, get_logger
from lib.raw.connection import ingest_connection
from lib.raw.projects import UnknownProjectError, load_ingest_project

__all__ = ["DayVerdict", "daily", "daily_report"]

log = get_logger("flows.daily")


@dataclass(frozen=True, slots=True)
class DayVerdict:
    """A project's yesterday, and what it lacks."""

    project_id: int
    day: date
    problems: tuple[str, ...]


def daily(
    project_id: int | None = None,
    *,
    ingest: Callable[[int], object] = ingest_project,
    build: Callable[[], object] = transform,
) -> list[DayVerdict]:
    """Read, build and judge one project or every active one; failures are problems of its day.

    `ingest` and `build` are what Prefect's shell makes runs of their own. Raises NoDatabaseError.
    """
    projects = projects_to_ingest(project_id)
    failed: dict[int, list[str]] = {number: [] for number in projects}
    for number in projects:
        try:
            ingest(number)
        except EXPECTED_FAILURES as error:
            log.error("ingestion_failed", project_id=number, error=str(error))
            failed[number].append(f"today's reading failed: {error}")
    try:
        build()
    except AuditFailedError as error:
        # what the check says of a project that is held back is enough
        log.error("transform_failed", error=str(error))
    except (TransformError, WarehouseBusyError) as error:
        log.error("transform_failed", error=str(error))
        for problems in failed.values():
            problems.append(f"the build failed: {error}")
    engine = engine_for_role(OWNER, pool_size=1)
    try:
        verdicts = [_verdict(engine, number, found) for number, found in failed.items()]
    finally:
        engine.dispose()
    log.info("daily_report", text=daily_report(verdicts))
    return verdicts


def daily_report(verdicts: list[DayVerdict]) -> str:
    """The verdicts as Markdown."""
    lines = [
        "## Is yesterday complete?",
        "",
        "| Project | Day | Complete |",
        "| ---: | --- | --- |",
    ]
    for each in verdicts:
        lines.append(f"| {each.project_id} | {each.day} | {'**no**' if each.problems else 'yes'} |")
    for each in verdicts:
        lines += [f"\n### What project {each.project_id} lacks\n"] if each.problems else []
        lines += [f"- {' '.join(problem.split())}" for problem in each.problems]
    return "\n".join(lines)


def _verdict(engine: Engine, project_id: int, problems: list[str]) -> DayVerdict:
    """What the project's yesterday lacks beyond what is known already."""
    try:
        with ingest_connection("daily") as connection:
            project = load_ingest_project(connection, project_id)
    except (EndpointFileError, UnknownProjectError) as error:
        return DayVerdict(project_id, today() - timedelta(days=1), (*problems, str(error)))
    day = today(project.timezone) - timedelta(days=1)
    reads: Mapping[str, bool] = {
        name: name == CHAT_HISTORY.name or endpoint.day_field is not None
        for name, endpoint in project.endpoints.items()
        if endpoint.is_default
    }
    with engine.connect() as owner:
        found = day_problems(owner, project_id, day, reads)
    return DayVerdict(project_id, day, (*problems, *found))


def main(arguments: list[str] | None = None) -> int:
    """The command line: 0 when yesterday is complete everywhere, else 1."""
    parser = argparse.ArgumentParser(prog="python -m flows.daily", description=__doc__)
    parser.add_argument("--project", type=int, help="a project's number; without it, every one")
    options = parser.parse_args(arguments)
    configure_logging()
    try:
        settings = get_settings()
        configure_logging(settings.log_format, settings.log_level)
        verdicts = daily(options.project)
    except (SettingsError, NoDatabaseError) as error:
        log.error("daily_not_possible", error=str(error))
        return 1
    return 1 if any(each.problems for each in verdicts) else 0


if __name__ == "__main__":
    sys.exit(main())
