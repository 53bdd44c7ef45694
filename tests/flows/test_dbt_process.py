"""dbt as a process: where it finds the database, what we hear of it, what it leaves behind."""

import json
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, text

from flows import dbt_process
from flows.dbt_process import NodeResult, connection_environment


@pytest.fixture
def fake_dbt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Puts a script of ours in dbt's place; it finds its target folder in the arguments."""

    def install(lines: list[str], results: dict | None, exit_code: int) -> None:
        script = tmp_path / "fake_dbt.py"
        script.write_text(
            "import json, pathlib, sys\n"
            "target = pathlib.Path(sys.argv[sys.argv.index('--target-path') + 1])\n"
            f"results = {results!r}\n"
            "if results: (target / 'run_results.json').write_text(json.dumps(results))\n"
            f"print({chr(10).join(lines)!r})\n"
            f"sys.exit({exit_code})\n"
        )
        monkeypatch.setattr(dbt_process, "DBT", ("python3", str(script)))
        monkeypatch.setattr(
            dbt_process, "connection_environment", lambda: {"PATH": "/usr/bin:/bin"}
        )

    return install


def _event(name: str, level: str = "info", **data: object) -> str:
    return json.dumps({"info": {"name": name, "level": level, "msg": f"{name}!"}, "data": data})


def test_the_connection_comes_from_the_running_database_at_our_clocks_now(database: URL):
    environment = connection_environment()
    assert environment["INDIGITALL_DB_NAME"] == database.database
    assert environment["INDIGITALL_DB_USER"] == "indigo_owner"
    given = create_engine(
        URL.create(
            "postgresql+psycopg",
            username=environment["INDIGITALL_DB_USER"],
            password=environment["INDIGITALL_DB_PASSWORD"],
            host=environment["INDIGITALL_DB_HOST"],
            port=int(environment["INDIGITALL_DB_PORT"]),
            database=environment["INDIGITALL_DB_NAME"],
        ),
        connect_args={"options": environment["PGOPTIONS"]},
    )
    with given.connect() as connection:
        row = connection.execute(
            text("select current_setting('indigitall.now'), current_setting('timezone')")
        ).one()
    given.dispose()
    assert tuple(row) == ("2026-02-17T15:00:00+00:00", "UTC")


def test_results_become_values_and_a_former_runs_results_do_not(fake_dbt, tmp_path: Path):
    target = tmp_path / "target"
    found = {
        "metadata": {"invocation_id": "abc"},
        "results": [
            {
                "unique_id": "model.indigitall_analytics.fct_messages",
                "status": "success",
                "execution_time": 0.12345,
                "adapter_response": {"rows_affected": 7},
                "failures": None,
                "message": "INSERT 0 7",
            },
            {
                "unique_id": "test.indigitall_analytics.is_key.ab12",
                "status": "warn",
                "execution_time": 1,
                "adapter_response": {},
                "failures": 3,
                "message": "Got 3 results",
            },
        ],
    }
    fake_dbt([], found, 0)
    run = dbt_process.run_build([], target)
    assert (run.exit_code, run.invocation_id) == (0, "abc")
    assert run.results == (
        NodeResult("fct_messages", "model", "success", 0.123, 7, None, "INSERT 0 7"),
        NodeResult("is_key.ab12", "test", "warn", 1, None, 3, "Got 3 results"),
    )
    fake_dbt([], None, 2)
    assert dbt_process.run_build([], target).results == ()


def test_errors_are_kept_and_progress_is_logged(fake_dbt, tmp_path: Path, capsys):
    lines = [
        _event("LogModelResult", index=1, total=2, status="OK", node_info={"node_name": "fct_x"}),
        _event("MainEncounteredError", "error"),
        "Traceback of a python that broke",
        _event("LogStartLine"),
    ]
    fake_dbt(lines, None, 2)
    run = dbt_process.run_build([], tmp_path / "target")
    assert run.errors == ("MainEncounteredError!", "Traceback of a python that broke")
    logged = capsys.readouterr().out
    assert "fct_x" in logged
    assert "1 of 2" in logged
    assert "LogStartLine" not in logged
