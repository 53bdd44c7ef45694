"""From the API to a page's number: metric = hand-written SQL on staging = the sandbox's truth."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, text

from flows.ingest import ingest_project
from flows.transform import transform
from infra.demo import register_demo
from infra.sandbox.access import SERVER_KEYS
from infra.sandbox.app import create_app
from infra.sandbox.truth.outcomes import outcome_metrics
from infra.sandbox.truth.project import ProjectTruth, world_truth
from infra.sandbox.world import World
from lib import clock
from lib.config import get_settings
from lib.db.engines import admin_engine
from lib.db.tenant import TenantPools, tenant_connection
from lib.metrics.filters import Filters
from lib.metrics.periods import DateRange
from lib.metrics.query import query_metrics
from lib.metrics.scope import WHOLE_PROJECT
from tests.support.asgi_transport import AsgiTransport
from tests.support.fake_api import ADDRESS
from tests.support.raw_view import RawView

HAND_COUNTS = Path(__file__).parents[1] / "support" / "hand_counts_of_outcomes.sql"
DAYS, SCALE = 35, 1.0
FREQUENT = 2
TODAY = date(2026, 2, 17)
PERIODS = {
    "all": (TODAY - timedelta(days=DAYS - 1), TODAY),
    "ten days": (TODAY - timedelta(days=14), TODAY - timedelta(days=5)),
    "the last three days": (TODAY - timedelta(days=2), TODAY),
}


class Published:
    """Both projects of a small sandbox, published, with the truth of that instant beside them."""

    def __init__(self, admin: Engine, truth: Mapping[int, ProjectTruth], now: datetime) -> None:
        self.admin, self.truth, self.now = admin, truth, now

    def by_hand(self, project_id: int, start: date, end: date) -> dict[str, float | None]:
        """The figures by hand-written SQL on staging."""
        values = {"project": project_id, "first_day": start, "last_day": end, "now": self.now}
        statement = text(HAND_COUNTS.read_text(encoding="utf-8"))
        with self.admin.connect() as connection:
            row = connection.execute(statement, values | {"frequent": FREQUENT}).one()
        return {k: None if v is None else float(v) for k, v in row._mapping.items()}


@pytest.fixture(scope="module")
def published(module_database: URL) -> Iterator[Published]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INDIGITALL_API_URL", ADDRESS)
        for project_id, key in SERVER_KEYS.items():
            patch.setenv(f"INDIGITALL_SERVER_KEY_{project_id}", key)
        get_settings.cache_clear()
        register_demo()
        RawView(module_database).run(
            "update app.projects set backfill_from = %s, high_frequency_limit = 2",
            PERIODS["all"][0],
        )
        now = clock.now()
        world = World.generate(until=now, days=DAYS, scale=SCALE)
        app = create_app(world, clock=lambda: now)
        for project_id in SERVER_KEYS:
            ingest_project(project_id, transport=AsgiTransport(app))
        transform()
        admin = admin_engine()
        yield Published(admin, world_truth(world, now), now)
        admin.dispose()
    get_settings.cache_clear()


@pytest.mark.parametrize("period", PERIODS.values(), ids=PERIODS)
@pytest.mark.parametrize("project_id", SERVER_KEYS)
def test_metric_hand_count_and_truth_are_the_same_number(
    published: Published, project_id: int, period: tuple[date, date]
):
    expected = outcome_metrics(published.truth[project_id], *period, frequent_limit=FREQUENT)
    pools = TenantPools()
    with tenant_connection(pools, project_id) as connection:
        answer = query_metrics(
            connection, list(expected), filters=Filters(DateRange(*period)), scope=WHOLE_PROJECT
        )
    pools.close()

    assert published.by_hand(project_id, *period) == pytest.approx(expected)
    assert {name: answer.value(name) for name in expected} == pytest.approx(expected)


def test_the_truth_has_something_of_everything(published: Published):
    truth = published.truth[900101]
    found = outcome_metrics(truth, *PERIODS["all"], frequent_limit=FREQUENT)
    assert all(found.values()), found


def test_only_the_questions_nobody_has_described_are_kept_without_score(published: Published):
    with published.admin.connect() as connection:
        rows = connection.execute(
            text("select distinct question, measure, score is null from marts.fct_survey_answers")
        ).all()
    assert {tuple(row) for row in rows} == {
        ("como califica la atencion recibida", "satisfaction", False),
        ("como califica la atencion que recibio", "satisfaction", False),
        ("como calificas la atencion recibida", "satisfaction", False),
        ("que podemos mejorar", None, True),
    }


def test_surveys_sent_are_unknown_and_not_zero(published: Published):
    pools = TenantPools()
    with tenant_connection(pools, 900101) as connection:
        answer = query_metrics(
            connection,
            ["surveys_sent", "csat_response_rate"],
            filters=Filters(DateRange(*PERIODS["all"])),
            scope=WHOLE_PROJECT,
        )
    pools.close()
    assert (answer.value("surveys_sent"), answer.value("csat_response_rate")) == (None, None)
