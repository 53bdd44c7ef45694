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

HAND_COUNTS = (Path(__file__).parent / "hand_counts.sql").read_text(encoding="utf-8")


def count_by_hand(
    product: Product, project: int, start: date, end: date
) -> Mapping[str, float | None]:
    """Every figure of the page by the hand-written SQL on staging."""
    engine = create_engine(admin_address(product.home))
    with engine.connect() as connection:
        row = connection.execute(
            text(HAND_COUNTS), {"project": project, "first_day": start, "last_day": end}
        ).one()
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
