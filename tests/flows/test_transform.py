"""The transform flow: when it runs dbt, how, and what it makes of the outcome; dbt is faked."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine, text

from flows import transform as flow
from flows.dbt_process import DbtRun, NodeResult
from flows.transform import AuditFailedError, BuildFailedError, TransformResult, transform
from lib.db.engines import engine_for_role
from tests.support.marts import query
from tests.support.raw_source import Message, RawSource, at

BUILT = NodeResult("fct_messages", "model", "success", 0.5, 7, None, None)
BROKEN = NodeResult("fct_messages", "model", "error", 0.5, None, None, "no such column")


@pytest.fixture
def owner(database):
    engine = engine_for_role("indigo_owner")
    yield engine
    engine.dispose()


@pytest.fixture
def source(owner: Engine) -> RawSource:
    return RawSource(owner, 101).create()


@pytest.fixture
def dbt(monkeypatch: pytest.MonkeyPatch, owner: Engine) -> Callable[..., list[list[str]]]:
    """A dbt that ends as told and says so of its projects; returns the arguments it was given."""
    calls: list[list[str]] = []

    def prepare(run: DbtRun, audit: dict[int, str | None]) -> list[list[str]]:
        def run_build(arguments: list[str], _target: object) -> DbtRun:
            calls.append(arguments)
            with owner.begin() as connection:
                connection.execute(text("drop table if exists build.last_publication"))
                connection.execute(
                    text(
                        "create table build.last_publication"
                        " (invocation_id text, project_id integer, reason text)"
                    )
                )
                for project_id, reason in audit.items():
                    connection.execute(
                        text("insert into build.last_publication values ('run', :id, :reason)"),
                        {"id": project_id, "reason": reason},
                    )
            return run

        monkeypatch.setattr(flow, "run_build", run_build)
        return calls

    monkeypatch.setattr(flow, "shipped_model_hash", lambda: "model 1")
    monkeypatch.setattr(flow, "_model_hash", lambda: "model 1")
    monkeypatch.setattr(flow, "code_hash", lambda _warehouse: "code 1")
    return prepare


def _new_message(source: RawSource) -> None:
    source.load([Message(message_id="m1", sent_at=at("2026-02-16 09:00"))])


def _last_run(owner: Engine) -> tuple:
    return query(
        owner,
        "select status, projects, held_back_projects, model_hash, results -> 0 ->> 'name'"
        " from app.dbt_runs order by started_at desc, finished_at desc limit 1",
    )[0]


def test_without_anything_new_dbt_does_not_run(source: RawSource, owner: Engine, dbt):
    calls = dbt(DbtRun(0, "run", (BUILT,), ()), {})
    assert transform() == TransformResult(None)
    assert calls == []
    assert query(owner, "select count(*) from app.dbt_runs") == [(0,)]


def test_a_new_batch_is_built_and_the_run_is_written_down(source: RawSource, owner: Engine, dbt):
    calls = dbt(DbtRun(0, "run", (BUILT,), ()), {101: None})
    _new_message(source)
    result = transform()
    assert (result.published, result.seconds) == ((101,), 0.5)
    assert calls == [
        [
            "--vars",
            '{"projects": [], "from": null, "to": null,'
            ' "model_hash": "model 1", "code_hash": "code 1"}',
        ]
    ]
    assert _last_run(owner) == ("published", [101], [], "model 1", "fct_messages")


def test_asking_for_days_or_all_of_them_runs_dbt_in_any_case(source: RawSource, dbt):
    calls = dbt(DbtRun(0, "run", (BUILT,), ()), {101: None})
    transform([101], since=date(2026, 1, 1), until=date(2026, 1, 2))
    transform(full_refresh=True)
    assert '"projects": [101], "from": "2026-01-01", "to": "2026-01-02"' in calls[0][1]
    assert calls[1][-1] == "--full-refresh"


def test_another_model_than_the_published_one_rebuilds_all_days(
    source: RawSource, owner: Engine, dbt
):
    calls = dbt(DbtRun(0, "run", (BUILT,), ()), {101: None})
    with owner.begin() as connection:
        connection.execute(
            text("insert into app.data_versions values (101, 1, now(), null, null, 'model 0')")
        )
    transform()
    assert calls[0][-1] == "--full-refresh"


@pytest.mark.parametrize(("published", "all_days"), [("code 0", True), ("code 1", False)])
def test_a_changed_seed_rebuilds_all_days_though_nothing_was_loaded(
    source: RawSource, owner: Engine, dbt, published: str, all_days: bool
):
    calls = dbt(DbtRun(0, "run", (BUILT,), ()), {101: None})
    with owner.begin() as connection:
        connection.execute(
            text(
                "insert into app.data_versions"
                " (project_id, data_version, published_at, model_hash, code_hash)"
                " values (101, 1, now(), 'model 1', :code)"
            ),
            {"code": published},
        )
    result = transform()
    assert (result.run_id is not None) == all_days
    assert [arguments[-1] for arguments in calls] == (["--full-refresh"] if all_days else [])


def test_a_held_back_project_is_an_error_that_names_it_and_its_test(
    source: RawSource, owner: Engine, dbt
):
    dbt(DbtRun(1, "run", (BUILT,), ()), {101: "is_key (2 rows)", 202: None})
    _new_message(source)
    with pytest.raises(AuditFailedError, match=r"project 101: is_key \(2 rows\)") as raised:
        transform()
    assert raised.value.held_back == {101: "is_key (2 rows)"}
    assert raised.value.published == (202,)
    assert _last_run(owner)[:3] == ("held_back", [202], [101])


def test_a_failed_model_is_an_error_with_its_message(source: RawSource, owner: Engine, dbt):
    dbt(DbtRun(1, "another", (BROKEN,), ()), {101: None})
    _new_message(source)
    with pytest.raises(BuildFailedError, match="fct_messages: no such column"):
        transform()
    assert _last_run(owner)[:3] == ("failed", [], [])


def test_a_dbt_that_never_started_is_an_error_with_what_it_said(source: RawSource, dbt):
    dbt(DbtRun(2, "", (), ("Could not connect",)), {})
    _new_message(source)
    with pytest.raises(BuildFailedError, match="Could not connect"):
        transform()


@pytest.mark.parametrize(
    ("raised", "exit_code"), [(None, 0), (BuildFailedError("id", "broken"), 1)]
)
def test_the_command_line_ends_with_the_outcome(
    database, monkeypatch: pytest.MonkeyPatch, raised: Exception | None, exit_code: int
):
    asked = []

    def fake(*arguments: object) -> TransformResult:
        asked.append(arguments)
        if raised:
            raise raised
        return TransformResult(None)

    monkeypatch.setattr(flow, "transform", fake)
    monkeypatch.setattr(flow, "configure_logging", lambda *_: None)
    assert flow.main(["--project", "101", "--from", "2026-01-01", "--full-refresh"]) == exit_code
    assert asked == [([101], date(2026, 1, 1), None, True)]


def test_a_typed_dbt_command_goes_to_dbt_with_a_connection(
    database, monkeypatch: pytest.MonkeyPatch
):
    asked = []

    def plain(arguments: list[str], *, connected: bool) -> int:
        asked.append((arguments, connected))
        return 3

    monkeypatch.setattr(flow, "run_plain", plain)
    monkeypatch.setattr(flow, "configure_logging", lambda *_: None)
    assert flow.main(["--dbt", "test", "--select", "fct_messages"]) == 3
    assert flow.main(["--parse"]) == 3
    assert asked == [
        (["test", "--select", "fct_messages"], True),
        (["--quiet", "parse"], False),
    ]
