"""The benchmark of a whole ingestion, at a size that is over in seconds."""

import psycopg
import pytest

from infra.bench.ingestion import measure_ingestion
from lib.config import get_settings


@pytest.fixture
def connection(database):
    url = database.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as opened:
        yield opened
    get_settings.cache_clear()


def test_both_sizes_are_read_through_http_into_an_empty_raw(connection):
    results = {(row.name, row.size): row for row in measure_ingestion(connection, 4_000)}
    assert set(results) == {
        ("ingestion_http", 400), ("ingestion_memory", 400),
        ("ingestion_http", 4_000), ("ingestion_memory", 4_000),
        ("ingestion_memory_growth", 4_000),
    }  # fmt: skip
    assert all(row.value > 0 for row in results.values())
    ((rows,),) = connection.execute("select count(*) from raw.messages").fetchall()
    assert rows > 1_000
