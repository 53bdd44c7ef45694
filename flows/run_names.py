"""Names of flow runs that a person can read: whose, what, when.

demo · conversations · 2026-11-20 10:15
all projects · transform · 2026-11-20 10:20
demo · chat_history 2026-11-12..2026-11-19 · 2026-11-20 10:31
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from prefect.runtime import flow_run

from lib.clock import BOGOTA, now
from lib.config import SettingsError
from lib.db.urls import NoDatabaseError
from lib.raw.connection import ingest_connection
from lib.raw.projects import project_slug

__all__ = ["ingest_run_name", "named", "project_name"]


def ingest_run_name() -> str:
    """The name of a run of `ingest`, made of its parameters."""
    return _name(_what(flow_run.parameters))


def named(what: str) -> Callable[[], str]:
    """The names of the runs of another flow, which take a project, several or none."""
    return lambda: _name(what)


def _name(what: str) -> str:
    """`what` for the projects the run was given, at the minute it is in Bogotá."""
    given: Mapping[str, Any] = flow_run.parameters
    one = given.get("project_id")
    projects: Sequence[int] = given.get("projects") or ([] if one is None else [one])
    whose = ", ".join(map(project_name, projects)) or "all projects"
    return f"{whose} · {what} · {now().astimezone(ZoneInfo(BOGOTA)):%Y-%m-%d %H:%M}"


def project_name(project_id: int) -> str:
    """The project's slug; its number where the database does not tell one.

    A name is no reason for a run to fail: what is wrong with the database the run itself says.
    """
    try:
        with ingest_connection("name") as connection:
            slug = project_slug(connection, project_id)
    except (NoDatabaseError, SettingsError, psycopg.Error):
        slug = None
    return slug or f"project {project_id}"


def _what(given: Mapping[str, Any]) -> str:
    windows: Sequence[str] = given.get("windows") or ()
    if windows:
        return ", ".join(windows)
    days: tuple[date | None, date | None] = (given.get("since"), given.get("until"))
    group = given.get("group") or "all groups"
    if days == (None, None):
        return group
    return f"{group} {days[0] or ''}..{days[1] or ''}"
