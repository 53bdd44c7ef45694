"""A purge: two projects, one of which keeps one month; counted by hand, compared with a rebuild."""

import re
from datetime import date

import pytest
from sqlalchemy import text

from flows import purge as flow
from flows.purge import PurgeFailedError, purge
from flows.transform import transform
from lib.db.engines import engine_for_role
from lib.raw.lock import IngestionRunningError
from tests.support.marts import query, read_marts
from tests.support.raw_source import Message, RawSource, Session, at

A, B = 101, 202
# the clock stands in February: one month before it means from 2026-01-01 on
OVER = Session(
    session_id="1",
    queued_at=at("2025-12-20 09:00"),
    assigned_at=at("2025-12-20 09:01"),
    closed_at=at("2025-12-20 09:30"),
)
ACROSS = Session(
    session_id="2",
    contact="c2",
    queued_at=at("2025-12-31 23:50"),
    assigned_at=at("2025-12-31 23:55"),
    closed_at=at("2026-01-01 00:20"),
)
OLD = (
    Message(message_id="m1", sent_at=at("2025-12-20 08:59")),
    Message(message_id="m2", sent_at=at("2025-12-20 09:02"), send_type="operator", session=OVER),
    Message(message_id="m3", sent_at=at("2025-12-31 23:49"), contact="c2"),
    Message(message_id="m4", sent_at=at("2025-12-31 23:59"), contact="c3"),
)
KEPT = (
    Message(message_id="m5", sent_at=at("2026-01-01 00:00"), contact="c3"),
    Message(
        message_id="m6",
        sent_at=at("2026-01-01 00:10"),
        contact="c2",
        send_type="operator",
        session=ACROSS,
    ),
    Message(message_id="m7", sent_at=at("2026-02-10 10:00"), contact="c4"),
)
PURGED = """
select table_name, row_count, first_day, last_day, completed_at is not null
from app.purges where project_id = :id and table_name like :tables order by table_name
"""


@pytest.fixture
def owner(database):
    engine = engine_for_role("indigo_owner")
    yield engine
    engine.dispose()


@pytest.fixture
def sources(owner):
    """Both projects have the same rows; only the first keeps a single month."""
    found = []
    for project_id in (A, B):
        source = RawSource(owner, project_id).create()
        contacts = [(name, {"profileName": f"Persona {name}"}) for name in ("c1", "c2", "c3")]
        source.load([*OLD, *KEPT], [OVER, ACROSS], contacts=contacts)
        found.append(source)
    with owner.begin() as connection:
        connection.execute(
            text("update app.projects set retention_months = 1 where project_id = :id"), {"id": A}
        )
    return found


@pytest.fixture
def no_build(monkeypatch):
    """The build of the marts is another test's matter."""
    monkeypatch.setattr(flow, "transform", lambda _projects: None)


def raw_keys(owner, table, key, project_id):
    rows = query(
        owner, f"select {key} from raw.{table} where project_id = :id order by 1", id=project_id
    )
    return [row[0] for row in rows]


def evidence(owner, tables="raw.%"):
    return query(owner, PURGED, id=A, tables=tables)


def test_a_purge_takes_the_days_out_of_raw_and_marts_as_if_they_had_never_been(sources, owner):
    transform()
    others = read_marts(owner, [B])
    loaded = "select project_id, loaded_until from app.data_versions order by 1"
    fresh = query(owner, loaded)
    purge()
    # a purge reads nothing
    assert query(owner, loaded) == fresh
    assert raw_keys(owner, "messages", "message_id", A) == ["m5", "m6", "m7"]
    assert raw_keys(owner, "agent_sessions", "agent_session_id", A) == ["2"]
    assert raw_keys(owner, "contacts", "contact_key", A) == sorted(
        [sources[0].key("c2"), sources[0].key("c3")]
    )
    assert len(raw_keys(owner, "messages", "message_id", B)) == 7
    assert read_marts(owner, [B]) == others

    december = (date(2025, 12, 20), date(2025, 12, 31))
    assert evidence(owner) == [
        ("raw.agent_sessions", 1, december[0], december[0], True),
        ("raw.contacts", 1, None, None, True),
        ("raw.messages", 4, *december, True),
    ]
    # one session of December was closed in January: its row in the marts goes, not in raw
    assert ("marts.fct_agent_sessions", 2, *december, True) in evidence(owner, "marts.%")
    assert ("marts.fct_messages", 4, *december, True) in evidence(owner, "marts.%")

    published = read_marts(owner, [A])
    assert len(published["fct_messages"]) == 3
    assert len(published["dim_contacts"]) == 3
    transform(full_refresh=True)
    assert read_marts(owner, [A]) == published
    for mart in [name for name in published if name.startswith("fct_")]:
        before = f"select count(*) from marts.{mart} where project_id = :id and local_date < :day"
        assert query(owner, before, id=A, day=date(2026, 1, 1)) == [(0,)], mart


def test_the_evidence_names_nobody_and_can_be_compared_with_a_backup(sources, owner, no_build):
    purge([A])
    text_of_it = str(query(owner, "select purges::text from app.purges as purges"))
    # a phone stands by itself; a checksum may hold any three digits
    assert re.search(r"\b57\d{10}\b", text_of_it) is None
    for trace in ("Persona", *(sources[0].key(name) for name in ("c1", "c2"))):
        assert trace not in text_of_it
    days = {"2025-12-20": "m1\nm2", "2025-12-31": "m3\nm4"}
    expected = """
        select encode(sha256(string_agg(sha256(convert_to(keys, 'UTF8')), '' order by day)), 'hex')
        from (values (:day1, :keys1), (:day2, :keys2)) as days (day, keys)
    """
    values = {
        f"{name}{place}": value
        for place, pair in enumerate(days.items(), start=1)
        for name, value in zip(("day", "keys"), pair, strict=True)
    }
    checksum = "select keys_checksum from app.purges where table_name = 'raw.messages'"
    assert query(owner, checksum) == query(owner, expected, **values)


def test_a_dry_run_counts_what_the_purge_will_remove_and_changes_nothing(sources, owner, no_build):
    (counted,) = purge([A], dry_run=True)
    assert len(raw_keys(owner, "messages", "message_id", A)) == 7
    assert evidence(owner, "%") == []
    assert query(owner, "select count(*) from app.projects where kept_from is not null") == [(0,)]
    (done,) = purge([A])
    assert done == counted


def test_marks_of_used_tokens_go_with_the_purge_once_their_token_has_expired(
    sources, owner, no_build
):
    with owner.begin() as connection:
        connection.execute(
            text(
                "insert into app.used_tokens values"
                " (:a, 'https://norte.example', sha256('vieja'), :old, :old),"
                " (:b, 'https://norte.example', sha256('nueva'), :old, :later)"
            ),
            {"a": A, "b": B, "old": "2026-02-17T08:00-05:00", "later": "2026-02-17T09:30-05:00"},
        )
    purge([A], dry_run=True)
    assert query(owner, "select count(*) from app.used_tokens") == [(2,)]
    purge([A])
    assert query(owner, "select project_id from app.used_tokens") == [(B,)]


def test_a_second_purge_finds_nothing_and_a_project_without_a_limit_keeps_everything(
    sources, owner, no_build
):
    with owner.begin() as connection:
        connection.execute(
            text("update app.projects set retention_months = null where project_id = :id"),
            {"id": B},
        )
    assert [bool(result.tables) for result in purge()] == [True, False]
    assert [bool(result.tables) for result in purge()] == [False, False]


def test_a_purge_that_dies_before_the_marts_follow_is_finished_by_the_next_build(
    sources, owner, monkeypatch
):
    transform()

    def dies(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(flow, "transform", dies)
        with pytest.raises(KeyboardInterrupt):
            purge([A])
    assert len(raw_keys(owner, "messages", "message_id", A)) == 3
    assert {row[4] for row in evidence(owner, "marts.%")} == {False}
    purge([A])
    assert {row[4] for row in evidence(owner, "marts.%")} == {True}
    assert len(read_marts(owner, [A])["fct_messages"]) == 3


def test_a_purge_that_dies_before_its_commit_has_removed_nothing(
    sources, owner, no_build, monkeypatch
):

    def dies(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("lib.raw.purge._touch", dies)
        with pytest.raises(KeyboardInterrupt):
            purge([A])
    assert len(raw_keys(owner, "messages", "message_id", A)) == 7
    assert evidence(owner, "%") == []
    (result,) = purge([A])
    assert [entry.row_count for entry in result.tables if entry.table == "raw.messages"] == [4]


def test_a_project_that_is_being_ingested_is_left_alone_and_the_others_are_purged(
    sources, owner, no_build, monkeypatch
):
    with owner.begin() as connection:
        connection.execute(text("update app.projects set retention_months = 1"))
    lock = flow.project_lock

    def taken(connection, project_id):
        if project_id == A:
            raise IngestionRunningError(f"project {A} is being ingested")
        return lock(connection, project_id)

    monkeypatch.setattr(flow, "project_lock", taken)
    with pytest.raises(PurgeFailedError, match=f"project {A}"):
        purge()
    assert len(raw_keys(owner, "messages", "message_id", A)) == 7
    assert len(raw_keys(owner, "messages", "message_id", B)) == 3
