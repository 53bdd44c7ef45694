"""Figures of a running product: counted by hand on staging, or asked as the project's role."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text

from lib.config import get_settings
from lib.db.tenant import TenantPools, tenant_connection
from tests.support.product import Product, admin_address

FOLDER = Path(__file__).parent
HAND_COUNTS = (FOLDER / "hand_counts.sql").read_text(encoding="utf-8")
HAND_COUNTS_BY_ENTITY = (FOLDER / "hand_counts_by_entity.sql").read_text(encoding="utf-8")


def count_by_hand(
    product: Product, project: int, start: date, end: date, entity: str | None = None
) -> Mapping[str, float | None]:
    """Figures of the page by hand-written SQL on staging; of an entity messages and contacts."""
    values = {"project": project, "first_day": start, "last_day": end}
    statement = HAND_COUNTS
    if entity is not None:
        statement, values = HAND_COUNTS_BY_ENTITY, values | {"entity": entity}
    engine = create_engine(admin_address(product.home))
    with engine.connect() as connection:
        row = connection.execute(text(statement), values).one()
    engine.dispose()
    return {name: None if value is None else float(value) for name, value in row._mapping.items()}


@contextmanager
def asking_as(product: Product, project: int) -> Iterator[Connection]:
    """A connection of one project of the running product, as its pages open them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        patch.setenv("INDIGITALL_HOME", str(product.home))
        get_settings.cache_clear()
        pools = TenantPools()
        with tenant_connection(pools, project) as connection:
            yield connection
        pools.close()
    get_settings.cache_clear()
