"""What the API sends against what we read: `python -m flows.probe [--project N] [--json]`.

Each endpoint a project reads is asked once, for the smallest window and one record; names of
fields are compared, values are neither stored nor shown. `--report FILE` writes a page that can be
sent to Indigitall. The exit code is 0 when every field we read is there, 1 when a field is missing
or an endpoint we need is not offered, 2 when something could not be checked; 2 comes before 1.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

import httpx

from flows.ingest import projects_to_ingest
from flows.probe_report import report
from lib.clock import today
from lib.config import ServerKeyMissingError, SettingsError, get_settings
from lib.db.urls import NoDatabaseError
from lib.indigitall.access import open_client
from lib.indigitall.endpoints import Endpoint
from lib.indigitall.errors import EndpointFileError, NotConfiguredError
from lib.indigitall.probe import EndpointProbe, probe_endpoint
from lib.indigitall.retries import Retries
from lib.log import configure_logging, get_logger
from lib.raw.connection import ingest_connection
from lib.raw.projects import IngestProject, UnknownProjectError, load_ingest_project

__all__ = ["ProjectProbe", "exit_code", "main", "probe", "probe_project"]

log = get_logger("flows.probe")
AS_EXPECTED, DIFFERENT, NOT_CHECKED = 0, 1, 2
NOT_POSSIBLE = (EndpointFileError, NotConfiguredError, ServerKeyMissingError, UnknownProjectError)


@dataclass(frozen=True, slots=True)
class ProjectProbe:
    """The probe of one project; `error` says why nothing could be asked."""

    project_id: int
    endpoints: tuple[EndpointProbe, ...] = ()
    error: str = ""


def probe_project(
    project_id: int,
    *,
    transport: httpx.BaseTransport | None = None,
    retries: Retries | None = None,
) -> ProjectProbe:
    """Ask every endpoint the project reads; never raises for what the API does."""
    settings = get_settings()
    try:
        with ingest_connection(uuid4().hex[:12]) as connection:
            project = load_ingest_project(connection, project_id)
        with open_client(settings, project_id, transport=transport, retries=retries) as client:
            day = today(project.timezone)
            found = tuple(probe_endpoint(client, each, day) for each in _endpoints_of(project))
    except NOT_POSSIBLE as error:
        log.error("probe_not_possible", project_id=project_id, error=str(error))
        return ProjectProbe(project_id, error=str(error))
    for each in found:
        line = log.warning if _code_of(each) else log.info
        line(
            "probed",
            project_id=project_id,
            endpoint=each.endpoint,
            status=each.status,
            reason=each.reason,
            present=len(each.present),
            missing=each.missing,
            lacking=each.lacking,
            new=each.new,
        )
    return ProjectProbe(project_id, found)


def probe(project_id: int | None = None) -> list[ProjectProbe]:
    """Probe one project, or every active one. Raises NoDatabaseError or SettingsError."""
    return [probe_project(number) for number in projects_to_ingest(project_id)]


def exit_code(probes: Sequence[ProjectProbe]) -> int:
    """0 as expected, 1 different, 2 not checked; the worst of all projects."""
    codes = [_code_of(each) for found in probes for each in found.endpoints]
    codes += [NOT_CHECKED for found in probes if found.error]
    return max(codes, default=AS_EXPECTED)


def _code_of(found: EndpointProbe) -> int:
    if found.status in {"refused", "failed"}:
        return NOT_CHECKED
    needed = found.status == "not_offered" and found.is_required
    return DIFFERENT if found.missing or needed else AS_EXPECTED


def _endpoints_of(project: IngestProject) -> list[Endpoint]:
    return [endpoint for endpoint in project.endpoints.values() if endpoint.is_default]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit codes are those of the module's first lines."""
    parser = argparse.ArgumentParser(prog="python -m flows.probe", description=__doc__)
    parser.add_argument("--project", type=int, help="a project's number; without it, every one")
    parser.add_argument("--json", action="store_true", help="the result as JSON on stdout")
    parser.add_argument("--report", type=Path, help="write a page in Spanish for Indigitall here")
    options = parser.parse_args(arguments)
    configure_logging()
    try:
        settings = get_settings()
        configure_logging(settings.log_format, settings.log_level)
        probes = probe(options.project)
        if options.report:
            options.report.write_text(report(probes, settings.api_address), encoding="utf-8")
    except (SettingsError, NoDatabaseError, OSError) as error:
        log.error("probe_not_possible", error=str(error))
        return NOT_CHECKED
    if options.json:
        content = {"exit_code": exit_code(probes), "projects": [asdict(found) for found in probes]}
        sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=2) + "\n")
    return exit_code(probes)


if __name__ == "__main__":
    sys.exit(main())
