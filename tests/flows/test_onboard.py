"""Onboarding: two projects from a file, twice, in vain, and with faults."""

import pytest
from sqlalchemy import text

from flows import onboard as flow
from flows.onboard import OnboardError, main, onboard
from flows.project_schedules import ScheduleError
from lib.config import get_settings
from lib.db.engines import admin_engine, engine_for_role
from lib.db.role_sync import read_role_states
from lib.db.scoped import app_connection
from lib.privacy.contact_key import contact_key
from lib.tenants.config import load_project_configs
from tests.support.marts import query

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
YAML = """
- project_id: 101
  slug: uno
  name: Cooperativa Uno
  backfill_from: 2025-01-13
  agent_mail_domains: [uno.example]
  entity_rules:
    - {priority: 10, rule_kind: agent_domain, match_value: uno.example, entity: Uno}
    - {priority: 20, rule_kind: contact, contact_id: "573000000101", entity: Dos}
  agent_names: {"12": Ana Díaz}
  brand: {name: Uno Analítica, primary_color: "#0066CC", logo_file: uno.png, sender: Uno}
  schedules:
    - {deployment: ingest/ingest-conversations, cron: "*/5 * * * *"}
- project_id: 202
  slug: dos
  name: Cooperativa Dos
  backfill_from: 2025-01-13
"""


@pytest.fixture
def file(tmp_path):
    (tmp_path / "uno.png").write_bytes(PNG)
    path = tmp_path / "proyectos.yaml"
    path.write_text(YAML, encoding="utf-8")
    return path


@pytest.fixture
def configs(file):
    return load_project_configs(file)


@pytest.fixture
def owner(database):
    engine = engine_for_role("indigo_owner")
    yield engine
    engine.dispose()


@pytest.fixture
def quiet(monkeypatch):
    """The command leaves the logs of the tests alone; what it says is collected."""
    said = []

    class Log:
        def __getattr__(self, level):
            return lambda event, **facts: said.append((event, facts))

    monkeypatch.setattr(flow, "configure_logging", lambda *_: None)
    monkeypatch.setattr(flow, "log", Log())
    return said


def roles_of(project_id):
    engine = admin_engine()
    with engine.connect() as connection:
        found = {name for name in read_role_states(connection) if project_id in name.split("_")}
    engine.dispose()
    return found


def counts(owner):
    tables = ("projects", "entity_rules", "agent_names", "brands", "schedules")
    return [query(owner, f"select count(*) from app.{table}")[0][0] for table in tables]


def test_a_file_gives_both_projects_their_roles_and_rows(configs, owner):
    first, second = onboard(configs)
    assert first.rows == {
        "projects": 1,
        "agent_names": 1,
        "brands": 1,
        "schedules": 1,
        "entity_rules": 2,
    }
    assert (second.project_id, sum(second.rows.values())) == (202, 1)
    assert counts(owner) == [2, 2, 1, 1, 1]
    for project_id in ("101", "202"):
        assert roles_of(project_id) == {
            f"project_{project_id}",
            f"project_{project_id}_reveal",
            f"rest_{project_id}",
        }


def test_the_contacts_of_rules_are_stored_as_keys_and_never_as_phones(configs, owner):
    onboard(configs)
    key = contact_key(get_settings().pii_key.get_secret_value(), 101, "573000000101")
    stored = query(owner, "select match_value from app.entity_rules where rule_kind = 'contact'")
    assert stored == [(key,)]


def test_a_second_time_changes_nothing(configs, owner):
    onboard(configs)
    again = onboard(configs)
    assert [done.has_changed for done in again] == [False, False]


def test_a_dry_run_counts_what_will_change_and_changes_nothing(configs, owner):
    counted = onboard(configs, dry_run=True)
    assert counts(owner) == [0, 0, 0, 0, 0]
    done = onboard(configs)
    assert [each.rows for each in counted] == [each.rows for each in done]


def test_a_brand_is_read_by_its_own_project_only(configs, database):
    onboard(configs)
    brand = text("select name, primary_color, logo, logo_type, sender from app.brands")
    with app_connection(project_id=101) as connection:
        assert connection.execute(brand).one() == (
            "Uno Analítica",
            "#0066cc",
            PNG,
            "image/png",
            "Uno",
        )
    with app_connection(project_id=202) as connection:
        assert connection.execute(brand).all() == []


def test_what_a_file_no_longer_says_goes_and_rules_it_does_not_mention_stay(configs, owner):
    onboard(configs)
    bare = configs[0].model_dump(exclude={"entity_rules", "brand", "schedules", "agent_names"})
    onboard([type(configs[0]).model_validate(bare)])
    assert counts(owner) == [2, 2, 0, 0, 0]
    onboard([type(configs[0]).model_validate(bare | {"entity_rules": []})])
    assert counts(owner) == [2, 0, 0, 0, 0]


def test_an_unknown_endpoint_is_named_and_nothing_is_changed(configs, owner):
    wrong = configs[1].model_copy(update={"enabled_endpoints": ("sms_daily", "fax_daily")})
    with pytest.raises(OnboardError, match=r"project 202, .* and fax_daily came"):
        onboard([configs[0], wrong])
    assert counts(owner) == [0, 0, 0, 0, 0]


def test_the_slug_of_another_project_is_refused(configs, owner):
    onboard(configs[:1])
    taken = configs[1].model_copy(update={"slug": "uno"})
    with pytest.raises(OnboardError, match="uno is that of project 101"):
        onboard([taken])
    assert counts(owner)[0] == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("#0066CC", "azul"), "project 1, brand.primary_color"),
        (("uno.png", "none.png"), "none.png: a logo was expected"),
        (("uno.png", "proyectos.yaml"), "a PNG or JPEG was expected"),
        (("*/5 * * * *", "cada hora"), "expected five cron fields"),
        (("ingest/ingest-conversations", "ingest"), "project 1, schedules.0.deployment"),
    ],
)
def test_a_file_with_a_fault_is_refused_whole(file, quiet, owner, change, message):
    file.write_text(YAML.replace(*change), encoding="utf-8")
    assert main([str(file)]) == 1
    ((event, facts),) = quiet
    assert event == "onboarding_failed"
    assert message in facts["error"]
    assert counts(owner) == [0, 0, 0, 0, 0]


def test_a_logo_that_is_too_big_is_refused(file, quiet, owner):
    (file.parent / "uno.png").write_bytes(PNG + b"\x00" * 300_000)
    assert main([str(file)]) == 1
    assert "at most 262144 bytes were expected" in quiet[0][1]["error"]


def test_the_command_says_what_changed_what_is_missing_and_the_second_time_nothing(
    file, quiet, owner
):
    assert main([str(file)]) == 0
    assert [event for event, _ in quiet] == [
        "onboarded",
        "server_key_missing",
        "schedules_only_stored",
        "onboarded",
        "server_key_missing",
    ]
    assert quiet[0][1]["entity_rules_rows"] == 2
    quiet.clear()
    assert main([str(file)]) == 0
    assert [event for event, _ in quiet][::3] == ["already_as_configured"] * 2


KEYS = {"INDIGITALL_SERVER_KEY_101": "a", "INDIGITALL_SERVER_KEY_202": "b"}
LOGIN = {"INDIGITALL_LOGIN_MAIL": "u@example.org", "INDIGITALL_LOGIN_PASSWORD": "p"}


@pytest.mark.usefixtures("owner")
@pytest.mark.parametrize(
    ("mode", "given", "missing"),
    [
        ("server_key", KEYS, []),
        ("server_key", {"INDIGITALL_SERVER_KEY": "shared"}, []),
        ("server_key", {"INDIGITALL_SERVER_KEY_101": "a"}, ["INDIGITALL_SERVER_KEY_202"]),
        ("server_key", LOGIN, ["INDIGITALL_SERVER_KEY_101", "INDIGITALL_SERVER_KEY_202"]),
        ("user_login", LOGIN, []),
        ("user_login", KEYS, ["INDIGITALL_LOGIN_MAIL", "INDIGITALL_LOGIN_PASSWORD"] * 2),
    ],
)
def test_only_an_access_that_is_missing_is_warned_of(file, access, mode, given, missing):
    assert access(mode, given, [str(file), "--dry-run"]) == missing


@pytest.fixture
def access(quiet, monkeypatch, tmp_path):
    """Runs the command with a connection file of this mode; the variables it finds missing."""

    def run(mode, given, arguments):
        how = tmp_path / "connection.yaml"
        how.write_text(f"auth:\n  mode: {mode}\n", encoding="utf-8")
        for name, value in (given | {"INDIGITALL_CONNECTION_FILE": str(how)}).items():
            monkeypatch.setenv(name, value)
        get_settings.cache_clear()
        assert main(arguments) == 0
        return [facts["expected"] for event, facts in quiet if event.endswith("_missing")]

    yield run
    monkeypatch.undo()
    get_settings.cache_clear()


def test_a_prefect_that_does_not_answer_is_told_after_the_rows_are_in(
    file, quiet, owner, monkeypatch
):
    def refuse(*_):
        raise ScheduleError("no answer")

    monkeypatch.setattr(flow, "set_schedules", refuse)
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    get_settings.cache_clear()
    assert main([str(file)]) == 1
    assert quiet[-1] == ("onboarding_failed", {"error": "no answer"})
    assert counts(owner)[0] == 2
    monkeypatch.delenv("PREFECT_API_URL")
    get_settings.cache_clear()
