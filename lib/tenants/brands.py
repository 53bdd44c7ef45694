"""How a project wants the product to look: its name, its colours, its logo."""

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import RowMapping, text

from lib.db.scoped import app_connection

__all__ = ["BRAND_COLUMNS", "Look", "load_logo", "look_of"]

# beside the columns of app.projects, for a left join of app.brands
BRAND_COLUMNS = """
brands.name as brand_name, primary_color, accent_color,
encode(sha256(brands.logo), 'hex') as logo_digest
"""
MOST_LOGOS = 200


@dataclass(frozen=True, slots=True)
class Look:
    """A brand without its picture; colours are #rrggbb, `logo_digest` is None without a logo."""

    name: str
    primary_color: str
    accent_color: str
    logo_digest: str | None


def look_of(row: RowMapping) -> Look | None:
    """The look in a row that has BRAND_COLUMNS, None for a project without a brand."""
    name, primary, accent = (row[key] for key in ("brand_name", "primary_color", "accent_color"))
    if name is None or primary is None or accent is None:
        return None
    return Look(name, primary, accent, row["logo_digest"])


@lru_cache(maxsize=MOST_LOGOS)
def load_logo(project_id: int, digest: str) -> bytes | None:
    """The picture (PNG or JPEG) with this digest, read once; None when it was replaced since."""
    query = text("select logo from app.brands where encode(sha256(logo), 'hex') = :digest")
    with app_connection(project_id=project_id) as connection:
        found = connection.execute(query, {"digest": digest}).scalar_one_or_none()
    return None if found is None else bytes(found)
