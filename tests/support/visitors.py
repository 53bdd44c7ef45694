"""Visitors with an open session, as the ways in leave them."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from lib.auth.identity import Identity
from lib.auth.permissions import Role
from lib.auth.sessions import SessionLimits, open_session
from lib.db.engines import engine_for_role
from lib.db.roles import OWNER
from lib.tenants.projects import Project

NOW = datetime(2026, 2, 17, 15, 0, tzinfo=UTC)
LIMITS = SessionLimits(idle=timedelta(hours=1), absolute=timedelta(hours=12))
REGISTER = """
insert into app.projects (project_id, slug, name, timezone, is_demo, backfill_from)
values (:project_id, :slug, :name, :timezone, :is_demo, '2026-01-01')
"""


def register(*projects: Project) -> None:
    """Make these projects known to the database."""
    engine = engine_for_role(OWNER)
    with engine.begin() as connection:
        for one in projects:
            values = {name: getattr(one, name) for name in Project.__dataclass_fields__}
            connection.execute(text(REGISTER), values)
    engine.dispose()


def visitor(project_id: int, slug: str, **changes: object) -> Identity:
    """An administrator of the project in dev mode, or whatever is changed of that."""
    chosen = {
        "subject": "demo",
        "role": Role.ADMIN,
        "mode": "dev",
        "issuer": "dev",
        **changes,
    }
    return Identity(project_id=project_id, slug=slug, **chosen)


def secret_of(identity: Identity, now: datetime = NOW, **options: object) -> str:
    """The secret id of a session opened for this visitor at this instant."""
    return open_session(identity, now, LIMITS, **options)
