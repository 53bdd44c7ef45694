"""`python -m lib.guard` as others call it: JSON lines in, JSON lines out."""

import json
import subprocess
import sys

import pytest
from sqlalchemy import create_engine, text

from lib.config import get_settings
from lib.db.onboarding import create_project_roles
from tests.support.metric_world import OTHER, PROJECT, build_world

LINES = [
    '{"id": 1, "sql": "select entity, count(*) from marts.fct_messages group by entity"}',
    "no JSON",
    '{"id": "b", "sql": "select body from marts.fct_messages"}',
    "",
    '{"id": 3}',
    "[1]",
    '{"id": {"a": 1}, "sql": 5}',
    '{"id": 4, "sql": "select \\ud800"}',
    "[" * 100_000,
    '{"id": 5, "sql": "select 1"}',
]


@pytest.fixture(scope="module")
def database_with_marts(module_database):
    engine = create_engine(module_database)
    with engine.begin() as connection:
        for project in (PROJECT, OTHER):
            create_project_roles(connection, project)
        build_world(connection, get_settings().manifest_dir / "manifest.json")
    yield engine
    engine.dispose()


def run(lines, *options):
    return subprocess.run(
        [sys.executable, "-m", "lib.guard", *options],
        input="\n".join(lines).encode(),
        capture_output=True,
        timeout=120,
    )


def test_each_line_gets_its_verdict_in_order_and_nothing_crashes():
    done = run(LINES)
    assert done.returncode == 0, done.stderr
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"id": 1, "verdict": "allow", "reason": "allowed"},
        {"id": None, "line": 2, "verdict": "block", "reason": "malformed"},
        {"id": "b", "verdict": "block", "reason": "personal_column"},
        {"id": 3, "line": 5, "verdict": "block", "reason": "malformed"},
        {"id": None, "line": 6, "verdict": "block", "reason": "malformed"},
        {"id": {"a": 1}, "verdict": "block", "reason": "malformed"},
        {"id": 4, "verdict": "block", "reason": "bad_character"},
        {"id": None, "line": 9, "verdict": "block", "reason": "malformed"},
        {"id": 5, "verdict": "allow", "reason": "allowed"},
    ]


def test_bytes_that_are_no_text_are_a_blocked_line():
    done = subprocess.run(
        [sys.executable, "-m", "lib.guard"],
        input=b'\xff\xfe\n{"id": 1, "sql": "select 1"}\n',
        capture_output=True,
        timeout=120,
    )
    verdicts = [json.loads(line)["verdict"] for line in done.stdout.splitlines()]
    assert verdicts == ["block", "allow"]


def test_a_verdict_comes_before_the_next_line_is_sent():
    with subprocess.Popen(
        [sys.executable, "-m", "lib.guard"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        for number in range(3):
            request = json.dumps({"id": number, "sql": "select 1"}).encode()
            process.stdin.write(request + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.wait(timeout=30) == 0


STATEMENTS = {
    "own": "select distinct project_id from marts.fct_messages",
    "all": "select project_id, message_id from marts.fct_messages",
    "none": "select message_id from marts.fct_messages where false",
    "blocked": "select contact_name from marts.dim_contacts",
    "costly": "select count(*) from generate_series(1, 40000) as a, generate_series(1, 40000) as b",
    "wrong": "select 1 / 0",
    "text": 5,
}


@pytest.mark.parametrize("project", [PROJECT, OTHER])
def test_what_is_allowed_is_run_on_the_project_s_role_and_audited(database_with_marts, project):
    with database_with_marts.begin() as connection:
        own = connection.execute(
            text("select count(*) from marts.fct_messages where project_id = :p"), {"p": project}
        ).scalar_one()
    lines = [json.dumps({"id": name, "sql": sql}) for name, sql in STATEMENTS.items()]
    done = run(lines, "--execute", "--project", str(project))
    assert done.returncode == 0, done.stderr
    answers = {answer["id"]: answer for answer in map(json.loads, done.stdout.splitlines())}
    assert list(answers) == list(STATEMENTS)
    assert {name: a["rows"] for name, a in answers.items() if "rows" in a} == {
        "own": 1,
        "all": own,
        "none": 0,
    }
    assert answers["own"]["bytes"] == len(str(project))
    assert all(a["ms"] >= 0 for a in answers.values() if "rows" in a)
    assert answers["blocked"] == {
        "id": "blocked",
        "verdict": "block",
        "reason": "personal_column",
    }
    errors = {name: a["error"] for name, a in answers.items() if "error" in a}
    assert errors == {"costly": "too_costly", "wrong": "statement"}
    assert answers["text"]["reason"] == "malformed"
    with database_with_marts.begin() as connection:
        events = connection.execute(
            text("select action, detail from app.audit_queue where project_id = :p"),
            {"p": project},
        ).all()
    assert {row.action for row in events} == {"sql"}
    assert sorted(row.detail["sql"] for row in events) == sorted(
        sql for sql in STATEMENTS.values() if isinstance(sql, str)
    )


def test_the_cap_cuts_rows(database_with_marts):
    line = json.dumps({"id": 1, "sql": STATEMENTS["all"]})
    done = run([line], "--execute", "--project", str(PROJECT), "--cap", "2")
    assert json.loads(done.stdout)["rows"] == 2


def test_execute_without_project_is_a_mistake():
    assert run([], "--execute").returncode == 2
    assert run([], "--project", "1").returncode == 2


def test_without_a_database_nothing_is_run(monkeypatch, tmp_path):
    monkeypatch.setenv("INDIGITALL_HOME", str(tmp_path))
    done = run([LINES[0]], "--execute", "--project", "1")
    assert (done.returncode, done.stdout) == (2, b"")
