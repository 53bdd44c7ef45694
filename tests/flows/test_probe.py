"""The probe of projects: exit codes, the page for Indigitall, and no value anywhere."""

import json

import pytest

from flows import probe as probe_flow
from flows.probe import ProjectProbe, exit_code, main, probe_project
from flows.probe_report import report
from infra.demo import register_demo
from infra.sandbox.access import SERVER_KEYS
from infra.sandbox.app import create_app
from infra.sandbox.faults import Fault
from infra.sandbox.trouble import Troubled
from infra.sandbox.world import World
from lib import clock
from lib.config import get_settings
from lib.indigitall.access import open_client
from lib.indigitall.endpoints import CHAT_HISTORY
from lib.indigitall.retries import Retries
from tests.support.asgi_transport import AsgiTransport
from tests.support.fake_api import ADDRESS, CHANNELS, CONTACTS, contact, envelope, on


@pytest.fixture
def probe(raw, api):
    """Probe one project of the fake API."""
    return lambda number=1: probe_project(number, transport=api.transport, retries=api.retries)


def whole_channels(api):
    for records in api.projects.values():
        records.channels = [{"id": 41, "name": "Línea", "type": "cloudapi", "status": "active"}]
        records.contacts = [contact(channel="cloudapi", instanceId=41)]
        records.sessions = []


def applications(_request):
    row = {"name": "Uno", "chatEnabled": True, "createdAt": "2026-01-01T00:00:00.000Z"}
    return envelope([{"id": 1, **row}, {"id": 2, **row}])


@pytest.fixture
def as_expected(raw, api):
    """An API that sends all we read from what it has."""
    whole_channels(api)
    api.faults.append(on("/v1/application", applications))
    return api


def of(found, name):
    return next(each for each in found.endpoints if each.endpoint == name)


def test_a_project_whose_fields_are_all_there_gives_code_0(probe, as_expected):
    found = probe()
    assert exit_code([found]) == 0
    assert of(found, "contacts").status == "ok"
    assert of(found, "sms_daily").status == "empty"


def test_endpoints_the_project_does_not_read_are_not_asked(probe, raw, as_expected):
    assert "email_daily" not in {each.endpoint for each in probe().endpoints}
    raw.run("update app.projects set enabled_endpoints = '{email_daily}' where project_id = 1")
    assert "email_daily" in {each.endpoint for each in probe().endpoints}
    assert "email_daily" not in {each.endpoint for each in probe(2).endpoints}


def test_a_missing_field_gives_code_1_and_names_the_endpoint(probe, as_expected):
    as_expected.projects[1].contacts = [contact(channel="cloudapi")]
    found = probe()
    assert of(found, "contacts").missing == ("instanceId",)
    assert (exit_code([found]), exit_code([probe(2)])) == (1, 0)


def test_an_endpoint_that_may_be_missing_is_told_and_one_we_need_gives_code_1(probe, as_expected):
    def gone(request):
        return envelope(None, 404, f"route GET {request.url.path} not found")

    as_expected.faults.append(on(CHANNELS, gone))
    found = probe()
    assert (of(found, "channels").status, exit_code([found])) == ("not_offered", 0)
    as_expected.faults.append(on(CONTACTS, gone))
    found = probe()
    assert (of(found, "contacts").status, exit_code([found])) == ("not_offered", 1)


def test_a_refusal_gives_code_2_before_any_1(probe, as_expected):
    as_expected.projects[1].contacts = [contact()]
    as_expected.faults.append(on(CHANNELS, lambda _: envelope(None, 403, "forbidden")))
    found = probe()
    assert (of(found, "channels").status, exit_code([found])) == ("refused", 2)


def test_a_project_without_a_key_cannot_be_checked(probe, raw, as_expected, monkeypatch):
    monkeypatch.delenv("INDIGITALL_SERVER_KEY_2")
    get_settings.cache_clear()
    found = probe(2)
    assert "INDIGITALL_SERVER_KEY_2" in found.error
    assert exit_code([found]) == 2
    assert "falta configuración" in report([found], ADDRESS)


def test_the_command_writes_json_and_the_page_and_shows_no_value(
    as_expected, monkeypatch, tmp_path, capsys
):
    as_expected.projects[1].contacts = [contact("573009998877", profileName="Ana Secreta")]
    as_expected.faults.append(on(CHANNELS, lambda _: envelope(None, 403, "Ana Secreta")))
    monkeypatch.setattr(
        probe_flow,
        "open_client",
        lambda settings, project, **_: open_client(
            settings, project, transport=as_expected.transport, retries=as_expected.retries
        ),
    )
    page = tmp_path / "informe.md"
    assert main(["--project", "1", "--json", "--report", str(page)]) == 2
    shown = capsys.readouterr()
    (found,) = json.loads(shown.out)["projects"]
    assert found["project_id"] == 1
    text = page.read_text(encoding="utf-8")
    assert "| `GET /v1/chat/contacts` | responde | 2 | `channel`, `instanceId` |" in text
    assert "¿cómo se llaman hoy `channel`, `instanceId`?" in text
    assert "¿por qué responde 403?" in text
    for output in (shown.out, shown.err, text):
        assert "573009998877" not in output
        assert "Secreta" not in output


def test_a_database_out_of_reach_is_one_line_and_code_2(api_settings, monkeypatch, capsys):
    monkeypatch.setattr(probe_flow, "projects_to_ingest", lambda _: 1 / 0)
    monkeypatch.setenv("INDIGITALL_API_URL", "no address")
    get_settings.cache_clear()
    assert main([]) == 2
    assert "probe_not_possible" in capsys.readouterr().err


@pytest.fixture
def sandbox(raw, monkeypatch):
    """Ten small days of the sandbox, whose projects are registered."""
    for project_id, key in SERVER_KEYS.items():
        monkeypatch.setenv(f"INDIGITALL_SERVER_KEY_{project_id}", key)
    get_settings.cache_clear()
    register_demo()
    return create_app(World.generate(until=clock.now(), days=10, scale=0.3), clock=clock.now)


def test_the_sandbox_sends_every_field_we_read_and_nothing_of_its_people_is_shown(sandbox):
    app, world = sandbox, sandbox.state.world
    probes = [probe_project(number, transport=AsgiTransport(app)) for number in SERVER_KEYS]
    assert [found.error for found in probes] == ["", ""]
    wrong = {
        each.endpoint: (each.status, each.missing)
        for found in probes
        for each in found.endpoints
        if each.missing or each.status not in {"ok", "empty"}
    }
    assert wrong == {}
    text = report(probes, ADDRESS)
    assert "## Aplicación 900101" in text
    assert "### Preguntas" not in text
    people = {person.contact_id for person in world.projects[900101].contacts}
    assert not [phone for phone in people if phone in text]


@pytest.mark.parametrize(
    ("kind", "told", "code"),
    [
        ("wrong_header", ("ok", ("messageId / id", "contactId"), ("eins", "zwei")), 1),
        ("missing_column", ("ok", ("sendingId",), ()), 1),
        ("extra_column", ("ok", (), ("new",)), 0),
        ("reordered_columns", ("ok", (), ()), 0),
        ("json_error_on_csv", ("failed", (), ()), 2),
        ("html", ("failed", (), ()), 2),
        ("not_utf8", ("failed", (), ()), 2),
        ("status_400_in_200", ("refused", (), ()), 2),
        ("route_404", ("not_offered", (), ()), 1),
    ],
)
def test_every_way_the_sandbox_can_spoil_the_history_is_told(sandbox, kind, told, code):
    troubled = Troubled(sandbox, clock.now)
    troubled.plan.add([Fault(kind=kind, path=CHAT_HISTORY.path, times=9)])
    retries = Retries(sleep=lambda _: None)
    found = probe_project(900101, transport=AsgiTransport(troubled), retries=retries)
    history = of(found, "chat_history")
    assert (history.status, history.missing, history.new) == told
    assert exit_code([found]) == code


def test_nothing_probed_is_as_expected():
    assert exit_code([]) == 0
    assert exit_code([ProjectProbe(1, error="no key")]) == 2
