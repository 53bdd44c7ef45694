"""The projects to ingest, as their configuration says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from lib.clock import today
from lib.indigitall.endpoint_file import project_endpoints
from lib.indigitall.endpoints import Endpoint
from lib.raw.connection import Connection
from lib.raw.coverage import RE_READ_DAYS, STATISTICS_RE_READ_DAYS
from lib.raw.erased import ErasedContacts, load_erased
from lib.raw.retention import first_kept_day

__all__ = [
    "IngestProject",
    "UnknownProjectError",
    "active_project_ids",
    "load_ingest_project",
    "project_slug",
    "registered_project_ids",
]

PROJECT = """
select project_id, timezone, backfill_from, agent_mail_domains, retention_months, kept_from,
    enabled_endpoints, endpoint_overrides, re_read_days, statistics_re_read_days, empty_windows_told
from app.projects
where is_active and project_id = %s
"""
SLUG = "select slug from app.projects where project_id = %s"
REGISTERED = "select project_id from app.projects order by project_id"
ACTIVE = "select project_id from app.projects where is_active order by project_id"


class UnknownProjectError(Exception):
    """No active project has this id; it must be registered before it can be ingested."""


@dataclass(frozen=True, slots=True)
class IngestProject:
    """What ingestion needs to know about a project.

    `backfill_from` is the first local day to read. `not_before` is the first one that the project
    keeps, `kept_from` the first one that a purge has left; None: there is no such limit. Of its
    `endpoints` it reads those that are `is_default`. Days before the last complete one, of
    statistics before today, are read again as `re_read_days` say. When so many windows at the
    beginning are empty as `empty_windows_told` says, a run says so. What comes of its `erased`
    contacts comes in without the person.
    """

    project_id: int
    timezone: str
    backfill_from: date
    agent_mail_domains: frozenset[str]
    not_before: date | None = None
    kept_from: date | None = None
    endpoints: Mapping[str, Endpoint] = field(default_factory=lambda: project_endpoints({}))
    re_read_days: int = RE_READ_DAYS
    statistics_re_read_days: int = STATISTICS_RE_READ_DAYS
    empty_windows_told: int = 8
    erased: ErasedContacts = field(default_factory=ErasedContacts)

    def endpoint(self, usual: Endpoint) -> Endpoint:
        """The endpoint as this project has it."""
        return self.endpoints[usual.name]


def load_ingest_project(connection: Connection, project_id: int) -> IngestProject:
    """The project's configuration. Raises UnknownProjectError or EndpointFileError."""
    row = connection.execute(PROJECT, [project_id]).fetchone()
    if row is None:
        raise UnknownProjectError(
            f"an active project was expected and {project_id} is none; register it first"
        )
    (
        number,
        timezone,
        backfill_from,
        domains,
        months,
        kept_from,
        enabled,
        overrides,
        re_read_days,
        statistics_re_read_days,
        empty_windows_told,
    ) = row
    limits = (first_kept_day(today(timezone), months), kept_from)
    not_before = max((limit for limit in limits if limit), default=None)
    return IngestProject(
        number,
        timezone,
        max(backfill_from, not_before or backfill_from),
        frozenset(map(str.lower, domains)),
        not_before,
        kept_from,
        project_endpoints(overrides, enabled),
        re_read_days,
        statistics_re_read_days,
        empty_windows_told,
        load_erased(connection, project_id),
    )


def project_slug(connection: Connection, project_id: int) -> str | None:
    """The name people know the project by; None when nobody registered it."""
    row = connection.execute(SLUG, [project_id]).fetchone()
    return row[0] if row else None


def active_project_ids(connection: Connection) -> list[int]:
    """Every project that is to be ingested."""
    return [project_id for (project_id,) in connection.execute(ACTIVE)]


def registered_project_ids(connection: Connection) -> list[int]:
    """Every project, also one that is no longer ingested."""
    return [project_id for (project_id,) in connection.execute(REGISTERED)]
