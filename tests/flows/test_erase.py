"""A person who is all canary leaves one of two projects: nothing of them is left, days add up."""

import json

import pytest

from flows import erase as flow
from flows.erase import Erased, ErasureIncompleteError, erase
from flows.transform import transform
from lib.audit.chain import audit_key, chain_waiting
from lib.audit.verify import verify_chain
from lib.config import get_settings
from lib.db.engines import engine_for_role
from tests.support.erasure_world import (
    CANARIES,
    OTHER,
    PERSON,
    PHONE,
    erase_by_phone,
    erasure_world,
)
from tests.support.fake_api import message, session
from tests.support.marts import personal_columns, read_marts

TOTALS = """
select local_date, count(*), count(distinct contact_key),
    count(*) filter (where direction = 'inbound')
from marts.fct_messages where project_id = %s group by 1 order by 1
"""
CONVERSATIONS = """
select local_date, count(*), sum(message_count) from marts.fct_conversations
where project_id = %s group by 1 order by 1
"""
SESSIONS = """
select agent_session_id, local_date, agent_id, closed_at, contact_key is null
from marts.fct_agent_sessions where project_id = %s order by 1
"""
# where the key of who was erased is left
LEFT = {"app.erasures", "staging.stg_app__erasures", "app.audit_queue"}
FIGURES = (TOTALS, CONVERSATIONS, SESSIONS)


@pytest.fixture(scope="module")
def world(module_database):
    owner = engine_for_role("indigo_owner")
    with erasure_world(module_database, owner) as found:
        found.ingest()
        transform()
        yield found
    owner.dispose()


@pytest.fixture(scope="module")
def before(world):
    """What both projects looked like while the person was there."""
    return {
        "figures": [world.rows(query, 1) for query in FIGURES],
        "naming": (world.naming(1), world.naming(2)),
        "marts": read_marts(world.engine, [2]),
        "raw": world.rows("select * from raw.messages where project_id = 2 order by message_id"),
    }


@pytest.fixture(scope="module")
def erased(world, before):
    """The erasure as an operator has it done, once for the tests that look at what is left."""
    assert erase_by_phone("+57 300 123 4567\n", "--ticket", "T-17") == 0
    return world


def kept(places):
    return {table: rows for table, rows in places.items() if not table.startswith("build.")}


def figures(world):
    return [world.rows(query, 1) for query in FIGURES]


def test_the_person_stands_in_every_place_before(world, before):
    places = {
        "raw.messages", "raw.contacts", "raw.agent_sessions", "raw.rejects", "raw.other_lists",
        "raw.other_statistics", "raw.api_calls", "marts.fct_messages", "marts.dim_contacts",
        "staging.stg_indigitall__messages",
    }  # fmt: skip
    assert places <= set(before["naming"][0])
    assert before["naming"][0] == before["naming"][1]
    # a mart with personal columns that the person does not stand in is a gap of these tests
    personal = {column.rpartition(".")[0] for column in personal_columns()}
    assert personal - {"marts.dim_agents"} <= set(before["naming"][0])


def test_a_dry_run_counts_by_table_and_changes_nothing(world, before, capsys):
    assert erase_by_phone(PHONE, "--dry-run") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["is_done"] is False
    counted = {table: rows for table, rows in said["rows"].items() if table[:3] in ("raw", "app")}
    assert counted == {
        "raw.messages": 5,
        "raw.agent_sessions": 2,
        "raw.contacts": 1,
        "raw.rejects": 1,
        "raw.other_lists": 1,
        "raw.other_statistics": 1,
        "raw.api_calls": 1,
        "app.entity_rules": 1,
        "app.huellas": 1,
    }
    assert world.naming(1) == before["naming"][0]
    assert world.rows("select * from app.erasures") == []


def test_no_table_of_the_project_holds_anything_of_the_person(erased):
    assert erased.naming(1) == {}


def test_the_key_is_left_in_the_tombstone_and_the_audit_alone(erased):
    assert set(erased.naming(1, [erased.key(1)])) == LEFT


def test_the_other_project_keeps_every_row_of_the_same_person(erased, before):
    # what dbt works with holds the rows of its last run alone
    assert kept(erased.naming(2)) == kept(before["naming"][1])
    assert read_marts(erased.engine, [2]) == before["marts"]
    rows = "select * from raw.messages where project_id = 2 order by message_id"
    assert erased.rows(rows) == before["raw"]


def test_messages_conversations_contacts_and_sessions_of_each_day_are_as_many_as_before(
    erased, before
):
    assert figures(erased) == before["figures"]
    keys = erased.rows(
        "select count(distinct contact_key), min(contact_id), count(content) from raw.messages"
        " where project_id = 1 and message_id < 'm6'"
    )
    assert keys == [(1, "borrado", 0)]


def test_the_evidence_says_who_why_when_and_how_many_and_nothing_else(erased):
    (row,) = erased.rows(
        "select contact_key, erased_by, reason, ticket, row_counts, completed_at >= erased_at"
        " from app.erasures where project_id = 1"
    )
    assert row[:4] == (erased.key(1), "Ana Ruiz", "solicitud del titular", "T-17")
    assert row[4]["raw.messages"] == 5
    assert row[4]["marts.fct_messages"] == 5
    assert row[5] is True


def test_the_audit_event_was_written_before_and_its_chain_verifies(erased):
    key = audit_key(get_settings().master_secret.get_secret_value())
    with erased.engine.connect() as connection:
        chain_waiting(connection, key)
        (event,) = connection.exec_driver_sql(
            "select action, actor, detail, happened_at from app.audit_log where project_id = 1"
        ).all()
        assert verify_chain(connection, [key], 1).is_intact
        connection.rollback()
    assert (event.action, event.actor) == ("erasure", "Ana Ruiz")
    assert event.detail["contact_key"] == erased.key(1)
    assert (event.detail["ticket"], event.detail["rows"] > 13) == ("T-17", True)
    assert erased.rows("select min(erased_at) from app.erasures")[0][0] >= event.happened_at


def test_a_second_erasure_finds_nothing_left_and_enters_nothing(erased, capsys):
    assert erase_by_phone(PHONE) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == {}
    assert erased.rows("select count(*) from app.erasures") == [(1,)]


def test_what_the_source_says_again_comes_in_without_the_person(erased, before):
    batches = "select count(*) from raw.batches where project_id = 1"
    (known,) = erased.rows(batches)
    erased.ingest(1)
    # the same as before is no change
    assert erased.rows(batches) == [known]
    assert erased.naming(1) == {}

    source = erased.api.projects[1]
    # the network reports a delivery, the session is closed later, the person writes again
    source.messages[1] = source.messages[1] | {"status": "channel_read"}
    source.messages.append(message("m10", "2026-02-11T16:00:00", content="canario", **PERSON))
    source.messages.append(
        message("m11", "mañana", **PERSON) | {"messageDate": "2026-02-11 mañana"}
    )
    source.sessions[0] = session(600, contact=PHONE, closedAt="2026-02-10T15:30:00.000Z")
    erased.ingest(1)
    transform()
    assert erased.naming(1) == {}
    assert set(erased.naming(1, [erased.key(1)])) == LEFT
    was, was_conversations, was_sessions = before["figures"]
    now, conversations, sessions = figures(erased)
    # one more message counts on the 11th, of nobody in particular
    assert [row[1] for row in now] == [was[0][1], was[1][1] + 1]
    assert [row[2] for row in now] == [row[2] for row in was]
    assert conversations == was_conversations
    assert [row[:3] for row in sessions] == [row[:3] for row in was_sessions]
    assert sessions[0][3] > was_sessions[0][3]
    state = "select status from raw.messages where project_id = 1 and message_id = 'm2'"
    assert erased.rows(state) == [("channel_read",)]
    (unexplained,) = erased.rows(
        "select count(*) from raw.reconciliation where project_id = 1 and unexplained_rows <> 0"
    )
    assert unexplained == (0,)


def test_the_other_contact_of_the_project_is_as_it_was(erased):
    assert erased.rows(
        "select count(*) from raw.messages where project_id = 1 and contact_id = %s", OTHER
    ) == [(2,)]
    assert erased.rows(
        "select contact_id from marts.dim_contacts"
        " where project_id = 1 and contact_name is not null"
    ) == [(OTHER,)]
    assert erased.rows("select count(*) from raw.rejects where project_id = 1") == [(1,)]
    assert erased.rows("select record_key from raw.other_lists where project_id = 1") == [
        ("labels:2",)
    ]


def test_an_erasure_that_dies_has_changed_nothing_or_goes_on_with_the_build(erased, monkeypatch):
    def dies(*_, **__):
        raise KeyboardInterrupt

    key = erased.key(2)
    with monkeypatch.context() as patch:
        patch.setattr("lib.raw.erasure._erase_naming", dies)
        with pytest.raises(KeyboardInterrupt):
            erase(2, key, by="Ana Ruiz", reason="solicitud")
    assert erased.rows("select count(*) from app.erasures where project_id = 2") == [(0,)]
    assert erased.naming(2)["raw.messages"] == 5
    with monkeypatch.context() as patch:
        patch.setattr(flow, "transform", dies)
        with pytest.raises(KeyboardInterrupt):
            erase(2, key, by="Ana Ruiz", reason="solicitud")
        patch.setattr(flow, "transform", lambda _projects: None)
        with pytest.raises(ErasureIncompleteError, match=r"marts\.fct_messages"):
            erase(2, key, by="Ana Ruiz", reason="solicitud")
    assert erased.rows(
        "select count(*) from app.erasures where project_id = 2 and completed_at is null"
    ) == [(1,)]
    done = erase(2, key, by="Ana Ruiz", reason="solicitud")
    assert done.is_done
    assert erased.naming(2) == {}
    assert erased.rows(
        "select count(*) from app.erasures where project_id = 2 and completed_at is not null"
    ) == [(1,)]
    events = "select count(*) from app.audit_queue where project_id = 2 and action = 'erasure'"
    assert erased.rows(events) == [(1,)]


@pytest.mark.parametrize(
    ("said", "options", "reason"),
    [
        ("573009999999\n", ("--project", "p-1"), "there are none"),
        ("\n", ("--project", "p-1"), "one line on standard input"),
        ("", ("--project", "p-1", "--contact-key", PHONE), "32 hexadecimal digits"),
        (PHONE, ("--project", "nadie"), "slug or number of a project"),
    ],
)
def test_nobody_found_and_nothing_named_is_said_without_the_phone(
    erased, capsys, said, options, reason
):
    assert erase_by_phone(said, *options) == 1
    spoken = capsys.readouterr()
    assert reason in spoken.err
    assert spoken.out == ""
    assert "573009999999" not in spoken.err
    assert not [word for word in CANARIES if word in spoken.err]


def test_a_reason_that_names_the_person_is_written_down_without_it(database, monkeypatch, capsys):
    asked = {}

    def erases(project_id, key, **words):
        asked.update(words)
        return Erased(project_id, key, "r", "t", "b", words["reason"], words["ticket"], True)

    monkeypatch.setattr(flow, "erase", erases)
    monkeypatch.setattr(flow, "named_project", lambda _slug: 1)
    words = ["--reason", f"lo pidió Ana, cel {PHONE}", "--ticket", PHONE, "--by", "Ana Ruiz"]
    assert flow.main(["--project", "p-1", "--contact-key", "a" * 32, *words]) == 0
    assert (asked["reason"], asked["ticket"]) == ("lo pidió Ana, cel [teléfono]", "[teléfono]")
    assert PHONE not in "".join(capsys.readouterr())
