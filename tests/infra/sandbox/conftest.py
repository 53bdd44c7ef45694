"""Worlds of the sandbox tests: the clock stands at Tuesday 2026-02-17, 10:00 in Bogota."""

from datetime import datetime

import pytest

from infra.sandbox.app import create_app
from infra.sandbox.world import World

NOW = datetime.fromisoformat("2026-02-17T10:00:00-05:00")


@pytest.fixture(scope="session")
def now():
    return NOW


@pytest.fixture(scope="session")
def small_world():
    """Forty days of both projects at half size; nobody may write to it."""
    return World.generate(7, until=NOW, days=40, scale=0.5)


@pytest.fixture(scope="session")
def demo():
    """The demo as `make run` serves it."""
    return World.generate(7, until=NOW)


@pytest.fixture(scope="session")
def api(small_world):
    """The application over the small world."""
    return create_app(small_world, clock=lambda: NOW)
