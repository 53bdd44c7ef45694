"""The projects to ingest, as their configuration says."""

from dataclasses import dataclass
from datetime import date

from lib.raw.connection import Connection

__all__ = ["IngestProject", "UnknownProjectError", "active_project_ids", "load_ingest_project"]

PROJECT = """
select project_id, timezone, backfill_from, agent_mail_domains
from app.projects
where is_active and project_id = %s
"""
ACTIVE = "select project_id from app.projects where is_active order by project_id"


class UnknownProjectError(Exception):
    """No active project has this id; it must be registered before it can be ingested."""


@dataclass(frozen=True, slots=True)
class IngestProject:
    """What ingestion needs to know about a project; `backfill_from` is its first local day."""

    project_id: int
    timezone: str
    backfill_from: date
    agent_mail_domains: frozenset[str]


def load_ingest_project(connection: Connection, project_id: int) -> IngestProject:
    """The project's configuration. Raises UnknownProjectError."""
    row = connection.execute(PROJECT, [project_id]).fetchone()
    if row is None:
        raise UnknownProjectError(
            f"an active project was expected and {project_id} is none; register it first"
        )
    number, timezone, backfill_from, domains = row
    return IngestProject(number, timezone, backfill_from, frozenset(map(str.lower, domains)))


def active_project_ids(connection: Connection) -> list[int]:
    """Every project that is to be ingested."""
    return [project_id for (project_id,) in connection.execute(ACTIVE)]
