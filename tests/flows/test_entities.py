"""Entity rules by file: the preview is what the build makes of them, for one of two projects."""

import csv
import io
import json

import pytest

from flows import entities as flow
from flows.entities import NothingPublishedError, export_rules, import_rules, main, unmatched
from flows.transform import transform
from lib.db.engines import engine_for_role
from tests.support.marts import query, read_marts
from tests.support.raw_source import Message, RawSource, Session, at

A, B = 101, 202
HEAD = "rule_kind,match_value,entity,priority\n"
ACROSS = Session(
    session_id="1",
    contact="c3",
    agent_id="12",
    email="ana@norte.example",
    queued_at=at("2026-02-10 23:50"),
    assigned_at=at("2026-02-11 00:05"),
    closed_at=at("2026-02-11 00:30"),
)
REBUILT = Session(
    session_id="2",
    contact="c4",
    agent_id="13",
    queued_at=at("2026-02-10 09:00"),
    assigned_at=at("2026-02-10 09:01"),
    closed_at=at("2026-02-10 09:30"),
    is_listed=False,
)


def survey(message_id, sent_at, contact, entity):
    answer = {"eventParameters": {"flowResponse": {"entity": entity}}}
    return Message(
        message_id=message_id,
        sent_at=sent_at,
        contact=contact,
        content_type="event",
        content=json.dumps(answer),
    )


MESSAGES = (
    Message(message_id="m1", sent_at=at("2026-02-09 10:00"), contact="c1"),
    survey("m2", at("2026-02-10 10:00"), "c1", "La  Uno"),
    Message(message_id="m3", sent_at=at("2026-02-11 10:00"), contact="c1"),
    survey("m4", at("2026-02-12 10:00"), "c1", "otra 573000000001"),
    Message(message_id="m5", sent_at=at("2026-02-10 10:00"), contact="c2"),
    Message(message_id="m6", sent_at=at("2026-02-10 23:49"), contact="c3"),
    Message(
        message_id="m7",
        sent_at=at("2026-02-11 00:10"),
        contact="c3",
        send_type="operator",
        session=ACROSS,
    ),
    Message(
        message_id="m8",
        sent_at=at("2026-02-10 09:05"),
        contact="c4",
        send_type="operator",
        agent_id="13",
        session=REBUILT,
    ),
)
RULES = """rule_kind,match_value,entity
agent_domain,norte.example,Norte
agent,13,Sur
channel_instance,41,Línea
survey_alias,la uno,Uno
"""


@pytest.fixture
def owner(database):
    engine = engine_for_role("indigo_owner")
    yield engine
    engine.dispose()


@pytest.fixture
def projects(owner):
    for number in (A, B):
        source = RawSource(owner, number).create(
            rules=[("agent", "13", "Antes"), ("survey_alias", "la otra", "Otra")],
            domains=("coop.example", "norte.example"),
        )
        contacts = [(name, {"profileName": f"Persona {name}"}) for name in ("c1", "c3", "c4")]
        contacts.append(("c2", {"profileName": "Persona", "instanceId": 41}))
        source.load(MESSAGES, [ACROSS], contacts=contacts)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "reglas.csv"
    path.write_text(RULES, encoding="utf-8")
    return path


@pytest.fixture
def quiet(monkeypatch):
    said = []

    class Log:
        def __getattr__(self, level):
            return lambda event, **facts: said.append((event, facts))

    monkeypatch.setattr(flow, "configure_logging", lambda *_: None)
    monkeypatch.setattr(flow, "log", Log())
    return said


def published(owner, project_id=A):
    """Conversations and messages by entity as the marts show them."""
    counts = "select entity, count(*), sum(message_count) from marts.fct_conversations"
    rows = query(owner, f"{counts} where project_id = :id group by 1", id=project_id)
    return {entity: (conversations, int(messages)) for entity, conversations, messages in rows}


def shown(effect, state):
    found = {
        each.entity: (
            getattr(each, f"conversations_{state}"),
            getattr(each, f"messages_{state}"),
        )
        for each in effect.entities
    }
    return {entity: counts for entity, counts in found.items() if counts != (0, 0)}


def test_the_preview_is_what_the_build_makes_of_the_rules_for_this_project_only(
    projects, owner, file, quiet, capsys
):
    transform()
    before, other = published(owner), read_marts(owner, [B])
    assert before["Antes"] == (1, 1)
    preview = import_rules(A, file)
    assert (preview.is_applied, preview.changed_rules) == (False, 4)
    assert shown(preview.effect, "before") == before
    assert preview.effect.unpublished == 0
    assert len(export_rules(A)) == 2

    done = import_rules(A, file, apply=True)
    assert done.effect == preview.effect
    assert len(export_rules(A)) == 5
    # until the build the marts still show the rules of before
    waiting = import_rules(A, file)
    assert (waiting.changed_rules, waiting.effect.moved) == (0, 0)
    assert waiting.effect.unpublished == preview.effect.moved > 0

    transform()
    assert published(owner) == shown(preview.effect, "after")
    assert published(owner)["Uno"] == (2, 2)
    # the agent was known on the second of the session's days only
    assert published(owner)["Norte"] == (1, 1)
    assert {"Sur", "Línea"} <= set(published(owner))
    assert read_marts(owner, [B]) == other

    assert [(each.spelling, each.contact_days) for each in unmatched(A)] == [
        ("otra 573000000001", 1)
    ]
    assert [each.spelling for each in unmatched(B, at_least=2)] == ["la uno"]
    capsys.readouterr()
    assert main(["unmatched", "--project", str(A)]) == 0
    assert capsys.readouterr().out == "spelling,contact_days,contacts\notra #####,1,1\n"

    assert main(["import", str(file), "--project", str(A)]) == 0
    (table, *_) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert set(table) == {
        "entity",
        "conversations_before",
        "conversations_after",
        "messages_before",
        "messages_after",
    }
    assert quiet[-1][0] == "rules_already_so"


def test_an_export_can_be_imported_again_and_changes_nothing(projects, owner, tmp_path, capsys):
    with owner.begin() as connection:
        connection.exec_driver_sql(
            f"insert into app.entity_rules values ({A}, 5, 'contact', '{'ab' * 16}', 'Otra')"
        )
    assert main(["export", "--project", str(A)]) == 0
    text = capsys.readouterr().out
    assert text.splitlines()[0] == HEAD.strip()
    assert len(text.splitlines()) == 4
    path = tmp_path / "reglas.csv"
    path.write_text(text, encoding="utf-8")
    rules = export_rules(A)
    transform()
    done = import_rules(A, path, apply=True, replace_kinds=True)
    assert done.changed_rules == 0
    assert export_rules(A) == rules


def test_before_the_first_build_there_is_nothing_to_preview(projects, file):
    with pytest.raises(NothingPublishedError, match=r"run python -m flows\.transform first"):
        import_rules(A, file, apply=True)
    assert len(export_rules(A)) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["import", "none.csv", "--project", "101"], "none.csv: cannot be read"),
        (["export", "--project", "999"], "999 is none; onboard it first"),
        (["unmatched", "--project", "999"], "999 is none; onboard it first"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_code_1(projects, quiet, arguments, message):
    assert main(arguments) == 1
    ((event, facts),) = quiet
    assert event == "entities_failed"
    assert message in facts["error"]
