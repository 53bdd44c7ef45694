"""The shell around an ingestion: every run leaves an artifact, also one that never began."""

import pytest

from flows import ingest_deployment, transform_deployment
from flows.ingest_deployment import ingest
from flows.ingest_run import IngestionFailedError, IngestResult
from flows.repeat_windows import WindowNameError
from flows.transform import BuildFailedError, TransformResult
from lib.config import ServerKeyMissingError


@pytest.fixture
def left(monkeypatch):
    """The artifacts that are left, by key."""
    found = {}

    def keep(text, key, description=None):
        found[key] = text

    monkeypatch.setattr(ingest_deployment, "create_markdown_artifact", keep)
    monkeypatch.setattr(transform_deployment, "create_markdown_artifact", keep)
    return found


@pytest.fixture
def ends(monkeypatch):
    """Make an ingestion report this, if anything, and then end so; returns what it was asked."""
    asked = []

    def prepare(outcome, report=None):
        def ingest_project(project_id, *, on_report, **options):
            asked.append({"project_id": project_id, **options})
            if report:
                on_report(report)
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        monkeypatch.setattr(ingest_deployment, "ingest_project", ingest_project)
        return asked

    return prepare


def test_the_report_of_a_group_is_kept_under_its_project_and_group(database, left, ends):
    asked = ends(IngestResult(7, 0, {}, ()), "| a table |")

    assert ingest.fn(7, "contacts") == {"7": 0}

    assert left == {"ingest-7-contacts": "| a table |"}
    assert asked[0]["groups"] == ("contacts",)


def test_a_run_that_fails_keeps_its_report(database, left, ends):
    ends(IngestionFailedError("project 7, contacts: no answer"), "| a table |")
    with pytest.raises(IngestionFailedError):
        ingest.fn(7, windows=["contacts"])
    assert left == {"ingest-7-all": "| a table |"}


def test_a_run_that_could_not_begin_says_why(database, left, ends):
    ends(ServerKeyMissingError(7))
    with pytest.raises(ServerKeyMissingError):
        ingest.fn(7)
    assert "**Nothing was read.** Se esperaba la llave" in left["ingest-7-all"]
    assert "INDIGITALL_SERVER_KEY_7" in left["ingest-7-all"]


def test_what_nobody_expected_is_named_by_its_kind_alone(database, left, ends):
    ends(RuntimeError("row (Ana Secreta, 573000000001)"))
    with pytest.raises(RuntimeError):
        ingest.fn(7)
    assert "**Nothing was read.** RuntimeError: see the log." in left["ingest-7-all"]
    assert "Secreta" not in str(left)


def test_windows_of_no_project_are_refused(database, left):
    with pytest.raises(WindowNameError, match="a project was expected with windows"):
        ingest.fn(windows=["contacts"])


def test_a_build_leaves_its_report_also_when_it_fails(database, left, monkeypatch):
    outcomes = iter([TransformResult(None), BuildFailedError("abc", "no such column")])

    def build(*_arguments):
        outcome = next(outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(transform_deployment.warehouse, "transform", build)
    assert transform_deployment.transform.fn() == []
    assert "Nothing new" in left["transform"]
    with pytest.raises(BuildFailedError):
        transform_deployment.transform.fn()
    assert "no such column" in left["transform"]
