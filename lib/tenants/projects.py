"""Which project an address names. Nothing here can list the projects there are."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, text

from lib.db.scoped import app_connection
from lib.tenants.brands import BRAND_COLUMNS, Look, look_of

__all__ = ["Project", "find_project", "load_project", "project_by_id"]

PROJECT = f"""
select project_id, slug, projects.name, timezone, is_demo, {BRAND_COLUMNS}
from app.projects left join app.brands using (project_id)
where is_active
"""


@dataclass(frozen=True, slots=True)
class Project:
    """A tenant: the owner of rows, the time zone in which its days are counted, and its look.

    `look` is None for the product's own; found by the slug alone, before anybody is in, always.
    """

    project_id: int
    slug: str
    name: str
    timezone: str
    is_demo: bool
    look: Look | None = None


def find_project(slug: str) -> Project | None:
    """The active project with exactly this slug, None when there is none."""
    # PostgreSQL takes no NUL in a text; no slug has one
    if not slug or "\x00" in slug:
        return None
    with app_connection(slug=slug) as connection:
        row = connection.execute(text(f"{PROJECT} and slug = :slug"), {"slug": slug}).one_or_none()
    return _project(row) if row else None


def load_project(project_id: int) -> Project | None:
    """The active project with this id, None when there is none."""
    with app_connection(project_id=project_id) as connection:
        return project_by_id(connection, project_id)


def project_by_id(connection: Connection, project_id: int) -> Project | None:
    """The same within a transaction that has already named the project."""
    query = text(f"{PROJECT} and project_id = :project_id")
    row = connection.execute(query, {"project_id": project_id}).one_or_none()
    return _project(row) if row else None


def _project(row: Row[Any]) -> Project:
    values = row._mapping
    names = ("project_id", "slug", "name", "timezone", "is_demo")
    return Project(**{name: values[name] for name in names}, look=look_of(values))
