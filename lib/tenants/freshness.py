"""How new a project's published data is, and whether a newer build is being held back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from lib.db.scoped import app_connection

__all__ = ["Freshness", "load_freshness"]

FRESHNESS = """
select
    data_version, published_at, data_until, loaded_until, model_hash, held_back_since,
    held_back_reason
from app.data_versions
where project_id = :project_id
"""


@dataclass(frozen=True, slots=True)
class Freshness:
    """The version in service: all instants are aware, in UTC.

    `data_until` is the latest message published, `loaded_until` the moment its newest batch was
    loaded. `held_back_since` is set while a failed test keeps a newer version out of service.
    """

    data_version: int
    published_at: datetime
    data_until: datetime | None
    loaded_until: datetime | None
    model_hash: str
    held_back_since: datetime | None
    held_back_reason: str | None


def load_freshness(project_id: int) -> Freshness | None:
    """The data version a project is served from, None before its first publication."""
    with app_connection(project_id=project_id) as connection:
        row = connection.execute(text(FRESHNESS), {"project_id": project_id}).one_or_none()
    return Freshness(**row._asdict()) if row else None
