"""Offboarding: one of two projects goes from a built warehouse, and no row of the other changes."""

import json
import re

import pytest
from sqlalchemy import text

from flows import offboard as flow
from flows.offboard import NotConfirmedError, RolesLeftError, main, offboard
from flows.onboard import onboard
from flows.project_schedules import ScheduleError
from flows.transform import transform
from lib.config import get_settings
from lib.db.engines import admin_engine, engine_for_role
from lib.db.offboarding import existing_project_roles
from lib.raw.connection import purge_connection
from lib.raw.lock import IngestionRunningError, project_lock
from lib.tenants.config import ProjectConfig
from tests.support.marts import query
from tests.support.raw_source import Message, RawSource, Session, at

# roles belong to the whole server: numbers that no other test uses
A, B = 701, 802
SESSION = Session(
    session_id="1",
    queued_at=at("2026-02-10 09:00"),
    assigned_at=at("2026-02-10 09:01"),
    closed_at=at("2026-02-10 09:30"),
)
MESSAGES = (
    Message(message_id="m1", sent_at=at("2026-02-10 08:59")),
    Message(message_id="m2", sent_at=at("2026-02-10 09:02"), send_type="operator", session=SESSION),
    Message(message_id="m3", sent_at=at("2026-02-11 10:00"), contact="c2"),
)
TABLES = """
select format('%I.%I', table_schema, table_name)
from information_schema.columns
where column_name = 'project_id' and table_schema in ('raw', 'build', 'marts', 'app')
    and (table_schema, table_name) in (select schemaname, tablename from pg_tables)
order by 1
"""


@pytest.fixture
def owner(database):
    engine = engine_for_role("indigo_owner")
    yield engine
    engine.dispose()


@pytest.fixture
def projects(owner):
    """Both projects with the same rows in raw, rules, roster, brand, schedule and roles."""
    for number in (A, B):
        RawSource(owner, number).create()
        onboard(
            [
                ProjectConfig.model_validate(
                    {
                        "project_id": number,
                        "slug": f"p{number}",
                        "name": f"Proyecto {number}",
                        "backfill_from": "2026-01-01",
                        "agent_mail_domains": ["coop.example"],
                        "agent_names": {"12": "Ana Díaz"},
                        "brand": {"name": "Uno"},
                        "schedules": [{"deployment": "ingest/ingest", "cron": "0 * * * *"}],
                        "entity_rules": [
                            {
                                "priority": 1,
                                "rule_kind": "agent",
                                "match_value": "12",
                                "entity": "Uno",
                            }
                        ],
                    }
                )
            ]
        )
        contacts = [(name, {"profileName": f"Persona {name}"}) for name in ("c1", "c2")]
        RawSource(owner, number).load(MESSAGES, [SESSION], contacts=contacts)


@pytest.fixture
def quiet(monkeypatch):
    """What the command says, collected."""
    said = []

    class Log:
        def __getattr__(self, level):
            return lambda event, **facts: said.append((event, facts))

    monkeypatch.setattr(flow, "configure_logging", lambda *_: None)
    monkeypatch.setattr(flow, "log", Log())
    return said


def rows_of(number):
    """Every row of a project in every table with projects, as the superuser sees it."""
    admin = admin_engine()
    with admin.connect() as connection:
        found = {}
        for table in connection.execute(text(TABLES)).scalars():
            rows = connection.execute(
                text(f"select t::text from {table} as t where project_id = :id"), {"id": number}
            )
            found[table] = sorted(row[0] for row in rows)
    admin.dispose()
    return found


def roles_of(number):
    admin = admin_engine()
    with admin.connect() as connection:
        found = existing_project_roles(connection, number)
    admin.dispose()
    return found


def test_all_of_one_project_goes_and_no_row_of_the_other_changes(projects, owner):
    transform()
    before = rows_of(B)
    assert len(before["marts.fct_messages"]) == 3
    assert len(roles_of(A)) == 3
    counted = offboard(A)
    assert not counted.is_done
    assert len(rows_of(A)["raw.messages"]) == 3

    done = offboard(A, "p701")
    assert done.rows == counted.rows
    assert done.rows["raw.messages"] == 3
    assert done.rows["marts.fct_messages"] == 3
    assert done.rows["app.brands"] == 1
    assert done.roles == counted.roles == ("project_701", "project_701_reveal", "rest_701")

    left = {table for table, rows in rows_of(A).items() if rows}
    seeds = {table for table in left if table.startswith("build.")}
    assert left - seeds == {"app.offboardings"}
    assert seeds <= {f"build.{name}" for name in flow._seeds()}
    assert roles_of(A) == ()
    assert rows_of(B) == before
    assert len(roles_of(B)) == 3

    # the warehouse goes on with the other, and the marts stay as they were
    marts = {table: rows for table, rows in before.items() if table.startswith("marts.")}
    transform(full_refresh=True)
    after = rows_of(B)
    assert {table: after[table] for table in marts} == marts
    assert {table for table, rows in rows_of(A).items() if rows} - seeds == {"app.offboardings"}


def test_the_evidence_counts_rows_and_names_nobody(projects, owner):
    done = offboard(A, "p701")
    ((slug, who, counts, whole),) = query(
        owner,
        "select slug, offboarded_by, row_counts, o::text from app.offboardings as o"
        " where project_id = :id",
        id=A,
    )
    assert (slug, who, counts) == ("p701", "indigo_owner", done.rows)
    # a phone stands by itself; a number of a run may hold any three digits
    assert re.search(r"\b57\d{10}\b", whole) is None
    for trace in ("Persona", "Ana", "coop.example"):
        assert trace not in whole


def test_a_second_run_finds_nothing_and_enters_nothing(projects, owner):
    offboard(A, "p701")
    again = offboard(A, "p701")
    assert not again.found_anything
    assert query(owner, "select count(*) from app.offboardings") == [(1,)]
    assert not offboard(999, "nobody").found_anything


def test_the_wrong_slug_removes_nothing(projects, owner):
    before = rows_of(A)
    with pytest.raises(NotConfirmedError, match="its slug was expected"):
        offboard(A, "p802")
    assert rows_of(A) == before
    assert len(roles_of(A)) == 3


def test_what_is_left_of_a_project_nobody_registered_is_confirmed_by_its_number(projects, owner):
    with owner.begin() as connection:
        connection.execute(text("delete from app.projects where project_id = :id"), {"id": A})
    with pytest.raises(NotConfirmedError):
        offboard(A, "p701")
    done = offboard(A, "701")
    assert done.rows["raw.messages"] == 3
    assert len(done.roles) == 3
    assert not offboard(A, "701").found_anything


def test_a_project_that_is_being_ingested_is_left_alone(projects, owner):
    before = rows_of(A)
    with (
        purge_connection("other") as connection,
        project_lock(connection, A),
        pytest.raises(IngestionRunningError),
    ):
        offboard(A, "p701")
    assert rows_of(A) == before


def test_a_run_that_dies_before_the_roles_is_finished_by_the_next(projects, owner, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(flow, "_dropped", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            offboard(A, "p701")
    assert len(roles_of(A)) == 3
    done = offboard(A, "p701")
    assert (done.rows, len(done.roles)) == ({}, 3)
    assert roles_of(A) == ()


def test_a_failure_in_mid_transaction_leaves_every_row_and_no_evidence(
    projects, owner, monkeypatch
):
    before = rows_of(A)
    monkeypatch.setattr(flow, "record_offboarding", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        offboard(A, "p701")
    assert rows_of(A) == before


def test_roles_that_own_something_elsewhere_are_told(projects, owner, monkeypatch):
    admin = admin_engine()
    other = "another_of_offboarding"
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"create database {other} owner project_701"))
        with pytest.raises(RolesLeftError, match="DependentObjectsStillExist"):
            offboard(A, "p701")
        connection.execute(text(f"drop database {other}"))
    admin.dispose()
    assert len(offboard(A, "p701").roles) == 3


def test_a_run_of_several_projects_stays_for_the_others(projects, owner):
    with owner.begin() as connection:
        for run, numbers in (("one", [A]), ("both", [A, B])):
            connection.execute(
                text(
                    "insert into app.dbt_runs (run_id, command, started_at, status, projects)"
                    " values (:run, 'build', now(), 'success', :projects)"
                ),
                {"run": run, "projects": numbers},
            )
    assert offboard(A, "p701").rows["app.dbt_runs"] == 1
    assert query(owner, "select run_id, projects from app.dbt_runs") == [("both", [B])]


def test_a_prefect_that_does_not_answer_stops_it_before_anything_goes(projects, owner, monkeypatch):
    def refuse(*_):
        raise ScheduleError("no answer")

    monkeypatch.setattr(flow, "remove_schedules", refuse)
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    get_settings.cache_clear()
    before = rows_of(A)
    with pytest.raises(ScheduleError):
        offboard(A, "p701")
    assert rows_of(A) == before
    monkeypatch.delenv("PREFECT_API_URL")
    get_settings.cache_clear()


def test_the_command_counts_first_writes_the_report_and_says_when_nothing_is_left(
    projects, owner, quiet, tmp_path
):
    report = tmp_path / "baja.json"
    assert main(["--project", str(A)]) == 0
    assert main(["--project", str(A), "--confirm", "p701", "--report", str(report)]) == 0
    assert main(["--project", str(A), "--confirm", "p701"]) == 0
    assert main(["--project", str(B), "--confirm", "wrong"]) == 1
    assert [event for event, _ in quiet] == [
        "would_offboard",
        "offboarded",
        "outside_the_database",
        "nothing_left",
        "offboarding_failed",
    ]
    found = json.loads(report.read_text(encoding="utf-8"))
    assert (found["slug"], found["is_done"], found["rows"]["raw.messages"]) == ("p701", True, 3)
    assert "Persona" not in report.read_text(encoding="utf-8")
