"""Opening hours from the seed to the published facts, and seeds that stop the build."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from sqlalchemy import Engine

from flows.transform import AuditFailedError, transform
from lib.db.tenant import TenantPools, tenant_connection
from lib.metrics.filters import Filters
from lib.metrics.periods import DateRange
from lib.metrics.query import query_metrics
from lib.metrics.scope import WHOLE_PROJECT
from tests.support.history import FIRST, SESSION, A, B
from tests.support.marts import Rows, query, read_marts
from tests.support.raw_source import Message, RawSource, Session, at
from tests.support.seed_faults import seed_faults
from tests.support.warehouse_copy import add_seed_row, drop_last_seed_row, use_warehouse_copy

# Friday evening to Monday morning: two minutes of work days and a Saturday morning of 4 hours
WEEKEND = Session(
    session_id="2",
    contact="c2",
    queued_at=at("2026-02-13 17:59"),
    assigned_at=at("2026-02-16 08:01"),
    closed_at=at("2026-02-16 08:11"),
)
GIVEN_UP = Session(
    session_id="3",
    contact="c3",
    agent_id=None,
    queued_at=at("2026-02-12 11:50"),
    closed_at=at("2026-02-12 12:00"),
)
NEVER_QUEUED = Session(
    session_id="4",
    contact="c4",
    assigned_at=at("2026-02-11 09:00"),
    closed_at=at("2026-02-11 09:30"),
)
# assigned before the queue, closed 37 days later
IMPOSSIBLE = Session(
    session_id="5",
    contact="c5",
    queued_at=at("2026-02-11 10:00"),
    assigned_at=at("2026-01-05 09:00"),
    closed_at=at("2026-02-11 10:30"),
)
ALL_SESSIONS = (SESSION, WEEKEND, GIVEN_UP, NEVER_QUEUED, IMPOSSIBLE)
# nobody takes it; the contact writes once more in the evening, outside the session
WAITING = Session(session_id="6", contact="c6", agent_id=None, queued_at=at("2026-02-16 11:00"))
LAST_WORD = Message(message_id="m7", contact="c6", sent_at=at("2026-02-16 20:00"))
CALENDARS = "entity_calendars"
NIGHTS = f"{A},Coop Uno,2,20:00,24:00,2020-01-01,,noche-1"
UNKNOWN = f"{A},Coop Tres,1,08:00,10:00,2020-01-01,,x-1"
HOURS = """
select project_id, message_id, is_out_of_hours from marts.fct_messages
where message_id = any('{m1,m2,m4}') order by 1, 2
"""
TIMES = """
select agent_session_id, wait_seconds, wait_business_seconds, first_response_business_seconds,
    handle_business_seconds, calendar_version
from marts.fct_agent_sessions where project_id = :id order by 1
"""


WAITS = """
select project_id, is_open, is_queue_abandoned from marts.fct_agent_sessions
where agent_session_id = '6' order by 1
"""


TOTALS = {
    "agent_sessions": 5,
    "queued_sessions": 4,
    "queue_abandoned_sessions": 1,
    "queue_abandonment_rate": 1 / 4,
    "impossible_time_sessions": 1,
    "handle_over_limit_sessions": 1,
    "wait_business_time_p50": 14_520 / 2,
    "wait_business_time_p90": 14_520 * 0.9,
    "wait_business_time_avg": 14_520 / 2,
    "inbound_messages": 4,
    "out_of_hours_messages": 1,
    "out_of_hours_rate": 1 / 4,
}


@dataclass(slots=True)
class Story:
    """What was published with good hours, with a bad row, and with hours for the night."""

    hours: dict[str, Rows] = field(default_factory=dict)
    times: dict[str, Rows] = field(default_factory=dict)
    error: AuditFailedError | None = None
    is_untouched: bool = False
    waits: dict[str, Rows] = field(default_factory=dict)
    totals: dict[int, dict[str, float | None]] = field(default_factory=dict)


def ask_totals(project_id: int) -> dict[str, float | None]:
    """The metrics of TOTALS in February, as the project's role."""
    february = Filters(DateRange(date(2026, 2, 1), date(2026, 2, 28)))
    pools = TenantPools()
    with tenant_connection(pools, project_id) as connection:
        result = query_metrics(connection, list(TOTALS), filters=february, scope=WHOLE_PROJECT)
        found = {name: result.value(name) for name in TOTALS}
    pools.close()
    return found


@pytest.fixture(scope="module")
def story(
    new_source: Callable[..., RawSource], owner: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Story]:
    a = new_source(A, rules=[("agent_domain", "coop.example", "Coop Uno")])
    b = new_source(B)
    for source in (a, b):
        source.load(FIRST, ALL_SESSIONS)
    told = Story()
    with pytest.MonkeyPatch.context() as patch:
        copy = use_warehouse_copy(tmp_path_factory.mktemp("dbt"), patch)
        transform()
        told.hours["seeded"] = query(owner, HOURS)
        told.times["seeded"] = query(owner, TIMES, id=A)

        for source in (a, b):
            source.load([Message(message_id="m6", sent_at=at("2026-02-17 10:00"))])
        before = read_marts(owner, [A, B])
        add_seed_row(copy, CALENDARS, UNKNOWN)
        with pytest.raises(AuditFailedError) as stopped:
            transform()
        told.error = stopped.value
        told.is_untouched = read_marts(owner, [A, B]) == before

        drop_last_seed_row(copy, CALENDARS)
        add_seed_row(copy, CALENDARS, NIGHTS)
        transform()
        told.hours["nights"] = query(owner, HOURS)
        told.times["nights"] = query(owner, TIMES, id=A)
        told.totals = {project_id: ask_totals(project_id) for project_id in (A, B)}

        for source in (a, b):
            source.load([LAST_WORD], [WAITING])
        patch.setenv("INDIGITALL_NOW", "2026-02-17T19:59:59-05:00")
        transform()
        told.waits["evening"] = query(owner, WAITS)
        b.load([replace(LAST_WORD, message_id="m8", sent_at=at("2026-02-17 19:58"))])
        patch.setenv("INDIGITALL_NOW", "2026-02-17T20:00:00-05:00")
        transform()
        told.waits["a second later"] = query(owner, WAITS)
        yield told


def test_messages_of_the_evening_are_out_of_hours_and_only_inbound_ones(story: Story):
    of_one_project = [("m1", True), ("m2", None), ("m4", False)]
    assert story.hours["seeded"] == [(id_, *row) for id_ in (A, B) for row in of_one_project]


def test_business_seconds_leave_out_nights_and_weekends(story: Story):
    version = story.times["seeded"][0][-1]
    assert version.startswith("general-1, holidays ")
    assert story.times["seeded"] == [
        ("1", 120, 0, 0, 0, version),
        ("2", 223_320, 60 + 4 * 3600 + 60, None, 600, version),
        ("3", None, None, None, None, version),
        ("4", None, None, None, 1800, version),
        ("5", None, None, None, None, version),
    ]


def test_a_seed_with_an_unknown_entity_stops_the_build_and_names_the_row(story: Story):
    assert story.error is not None
    assert story.error.published == ()
    assert set(story.error.held_back) == {A, B}
    named = f"row (project {A}, entity Coop Tres, weekday 1, 08:00-10:00, 2020-01-01 to open"
    for reason in story.error.held_back.values():
        assert named in reason
        assert "unknown entity" in reason
    assert story.is_untouched


def test_changed_hours_rewrite_the_days_of_the_projects_they_concern(story: Story):
    assert story.hours["nights"] == [
        *[(A, "m1", False), (A, "m2", None), (A, "m4", False)],
        *[(B, "m1", True), (B, "m2", None), (B, "m4", False)],
    ]
    first = story.times["nights"][0]
    assert first[:5] == ("1", 120, 120, 180, 58 * 60)
    assert first[-1].startswith("noche-1, ")


HISTOGRAMS = """
select
    agent_id, session_count, wait_buckets, wait_bucket_counts,
    first_response_buckets, handle_buckets, handle_bucket_counts
from marts.fct_agents_daily where project_id = :id and session_count > 0 order by local_date
"""


def test_histograms_hold_every_session_and_no_phantom_agent(story: Story, owner: Engine):
    # 1.1^50 = 117 <= 120, 1.1^54 = 172 <= 180, 1.1^67 = 593 <= 600, 1.1^78 = 1691 <= 1800;
    # over 8 hours stays out
    assert query(owner, HISTOGRAMS, id=A) == [
        ("12", 1, [51], [1], [55], None, None),
        ("12", 2, None, None, None, [79], [1]),
        ("sin_agente", 1, None, None, None, None, None),
        ("12", 1, [130], [1], None, [68], [1]),
        ("sin_agente", 1, None, None, None, None, None),
    ]
    agents = "select agent_id from marts.dim_agents where project_id = :id"
    assert query(owner, agents, id=A) == [("12",)]


def test_a_queue_is_abandoned_a_day_after_the_last_word_and_not_after_the_queue(story: Story):
    # the session's own last event is its queue at 11:00, so it is open no more
    assert story.waits["evening"] == [(A, False, False), (B, False, False)]


def test_a_day_of_silence_ends_a_wait_without_new_rows_and_a_word_prolongs_it(story: Story):
    assert story.waits["a second later"] == [(A, False, True), (B, False, False)]


@pytest.mark.parametrize("metric", TOTALS)
def test_metrics_of_time_are_what_the_rows_add_up_to(story: Story, metric: str):
    assert story.totals[B][metric] == pytest.approx(TOTALS[metric])


def test_the_other_projects_hours_are_its_own(story: Story):
    # open on Tuesday nights: the night's 120 seconds count; on the Friday of the weekend's wait no
    # agent tells the entity yet, so it is timed by everybody's hours
    assert story.totals[A]["out_of_hours_rate"] == 0
    assert story.totals[A]["wait_business_time_avg"] == pytest.approx((120 + 14_520) / 2)


FAULTS = {
    f"{A},Coop Uno,8,08:00,10:00,2027-01-01,,x": "expected a weekday from 1",
    f"{A},Coop Uno,1,10:00,08:00,2027-01-01,,x": "expected to open before it closes",
    f"{A},Coop Uno,1,,10:00,2027-01-01,,x": "expected to open before it closes",
    f"{A},Coop Uno,1,08:00,10:00,,,x": "expected valid_from",
    f"{A},Coop Uno,1,08:00,10:00,2027-01-01,2026-01-01,x": "no valid_to before it",
    f"{A},Coop Uno,1,08:00,10:00,2027-01-01,,": "expected a version",
    f"{B},Coop Uno,1,08:00,10:00,2027-01-01,,x": "unknown entity",
    f"{A},Coop Uno,2,20:00,24:00,2020-01-01,,noche-1": "duplicate row",
    f"{A},Coop Uno,2,21:00,22:00,2027-01-01,,noche-1": "overlaps another calendar",
    f"{A},Coop Uno,3,08:00,10:00,2027-01-01,,noche-2": "overlaps another calendar",
    ",,1,18:00,19:00,2019-01-01,2020-01-01,general-1|,,1,20:00,21:00,2020-01-01,,general-1": (
        "a third opening"
    ),
}
SOUND = (
    "999,Nadie,1,08:00,10:00,2027-01-01,,x",  # a project this installation does not have
    f"{A},Sin entidad,1,08:00,10:00,2027-01-01,,x",
    f"{A},,1,08:00,10:00,2027-01-01,,x",
    f"{A},Coop Uno,3,08:00,10:00,2027-01-01,,noche-1",
    f"{A},Coop Uno,2,08:00,20:00,2027-01-01,,noche-1",
)


def faults_with(owner: Engine, rows: str) -> list[str]:
    """What the seed's test says with these rows (split by a bar) added, as published texts."""
    return seed_faults(owner, "assert_entity_calendars_are_sound", CALENDARS, *rows.split("|"))


@pytest.mark.parametrize("rows", FAULTS)
def test_a_row_nobody_can_apply_is_named_with_its_fault(story: Story, owner: Engine, rows: str):
    found = faults_with(owner, rows)
    assert any(FAULTS[rows] in fault for fault in found), found
    assert all(fault.startswith("entity_calendars row (project ") for fault in found)


@pytest.mark.parametrize("rows", SOUND)
def test_a_row_that_can_be_applied_has_no_fault(story: Story, owner: Engine, rows: str):
    assert faults_with(owner, rows) == []
