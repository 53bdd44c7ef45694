from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import OperationalError

from lib.tenants.freshness import Freshness
from lib.tenants.projects import Project
from lib.web.readiness import check_readiness

NOW = datetime(2026, 2, 17, 15, 0, tzinfo=UTC)
DEMO = Project(900101, "demo", "Visionamos Demo", "America/Bogota", True)
PUBLISHED = Freshness(12, NOW, NOW, NOW, "abc", None, None)


def check(project=DEMO, freshness=PUBLISHED, shipped="abc"):
    return check_readiness(lambda _slug: project, lambda _id: freshness, lambda: shipped)


def test_a_reachable_database_with_published_data_of_this_model_is_ready():
    state = check()
    assert state.is_ready
    assert (state.data_versions, state.model_hash) == ({"demo": 12}, "abc")


@pytest.mark.parametrize("missing", [{"project": None}, {"freshness": None}])
def test_without_published_data_it_is_not_ready(missing):
    state = check(**missing)
    assert not state.is_ready
    assert "no data version" in state.reasons[0]


def test_data_built_by_another_model_is_reported():
    state = check(shipped="other")
    assert not state.is_ready
    assert "another model version" in state.reasons[0]


def test_a_lost_database_is_a_reason_and_no_crash():
    def lost(_slug):
        raise OperationalError("select", {}, Exception("host 10.0.0.1 refused"))

    state = check_readiness(lost, lambda _id: None, lambda: "abc")
    assert state.reasons == ("the database does not answer",)


def test_a_missing_catalogue_is_a_reason_that_says_what_to_do():
    def missing():
        raise FileNotFoundError("semantic_manifest.json")

    state = check_readiness(lambda _slug: DEMO, lambda _id: PUBLISHED, missing)
    assert not state.is_ready
    assert "dbt parse" in state.reasons[0]
