"""One number everywhere: what a page asks, what staging holds and what the sandbox knows."""

from datetime import UTC, date, datetime

import pytest

from infra.sandbox.truth.campaigns import channel_totals
from infra.sandbox.truth.numbers import message_counts, metrics
from infra.sandbox.truth.project import world_truth
from infra.sandbox.world import DEMO_SEED, demo_world
from lib.metrics.filters import Filters
from lib.metrics.periods import DateRange
from lib.metrics.query import query_metrics
from lib.metrics.questions_campaigns import get_campaign_summary
from lib.metrics.scope import WHOLE_PROJECT
from tests.support.product_metrics import asking_as, count_by_hand

DEMO, ANDINA = 900101, 900202
TOLERANCE = 0.1
NOW = datetime(2026, 2, 17, 15, tzinfo=UTC)
PERIODS = {
    "the last 30 days": (date(2026, 1, 19), date(2026, 2, 17)),
    "one day": (date(2026, 2, 16), date(2026, 2, 16)),
    "all 400 days": (date(2025, 1, 14), date(2026, 2, 17)),
}
ASKED = [
    "messages",
    "inbound_messages",
    "bot_messages",
    "agent_messages",
    "unique_contacts",
    "conversations",
    "active_agents",
    "bot_handled_messages",
    "fallback_messages",
    "fallback_rate",
    "handoff_rate",
    "agent_sessions",
    *[
        f"{name}_{part}"
        for name in ("wait", "first_response", "handle")
        for part in ("count", "time_p50", "time_p90", "time_avg")
    ],
]


@pytest.fixture(scope="session")
def truth():
    return world_truth(demo_world(DEMO_SEED, date(2026, 2, 17)), NOW)


@pytest.mark.parametrize("project", [DEMO, ANDINA])
@pytest.mark.parametrize("days", PERIODS.values(), ids=PERIODS)
def test_every_figure_is_the_same_asked_counted_by_hand_and_known(product, truth, project, days):
    start, end = days
    with asking_as(product, project) as connection:
        result = query_metrics(
            connection, ASKED, filters=Filters(DateRange(start, end)), scope=WHOLE_PROJECT
        )
    asked = {name: float(result.value(name)) for name in ASKED}
    by_hand = count_by_hand(product, project, start, end)
    known = metrics(truth[project], start, end)
    assert asked["messages"] > 0
    for name in ASKED:
        note = result.note(name)
        # beyond 90 days a percentile is read from a histogram, and says so
        is_approximate = note is not None and note.code == "approximate"
        assert is_approximate == (("_p50" in name or "_p90" in name) and (end - start).days >= 90)
        near = TOLERANCE if is_approximate else 1e-9
        assert asked[name] == pytest.approx(by_hand[name], rel=near), name
        assert asked[name] == pytest.approx(known[name], rel=near), name


@pytest.mark.parametrize("project", [DEMO, ANDINA])
@pytest.mark.parametrize("days", PERIODS.values(), ids=PERIODS)
def test_campaigns_did_on_each_channel_what_the_sandbox_knows(product, project, days):
    """WhatsApp is left out: days without statistics are counted from the messages."""
    start, end = days
    known = channel_totals(project, start, end)
    measures = sorted({measure for channel in known.values() for measure in channel})
    with asking_as(product, project) as connection:
        answer = get_campaign_summary(
            connection,
            Filters(DateRange(start, end)),
            metrics=measures,
            limit=None,
            scope=WHOLE_PROJECT,
        )
    place = {channel: row for row, channel in enumerate(answer.column("channel"))}
    for channel in set(known) - {"whatsapp"}:
        for measure, count in known[channel].items():
            assert answer.value(measure, place[channel]) == count, (channel, measure)
    if "delivered" in measures:
        assert answer.value("delivered", place["sms"]) is None


@pytest.mark.parametrize("project", [DEMO, ANDINA])
@pytest.mark.parametrize("by", ["direction", "hour", "day", "entity"])
def test_messages_by_anything_add_up_to_the_total_and_to_the_truth(product, truth, project, by):
    start, end = PERIODS["the last 30 days"]
    filters = Filters(DateRange(start, end))
    with asking_as(product, project) as connection:
        total = query_metrics(connection, ["messages"], filters=filters, scope=WHOLE_PROJECT).value(
            "messages"
        )
        rows = query_metrics(
            connection, ["messages"], group_by=[by], filters=filters, scope=WHOLE_PROJECT
        ).frame()
    assert rows["messages"].sum() == total
    known = {
        key[0]: count for key, count in message_counts(truth[project], start, end, [by]).items()
    }
    shown = {row[by]: row["messages"] for row in rows.to_dict("records") if row["messages"]}
    assert shown == known


@pytest.mark.parametrize("project", [DEMO, ANDINA])
def test_raw_holds_exactly_what_the_api_serves(product, truth, project):
    stored = product.sql(
        "select message_id, message_date, send_type, coalesce(content, '') from raw.messages"
        " where project_id = :project and deleted_at is null",
        project=project,
    )
    served = truth[project].served
    assert {row[0] for row in stored} == set(served)
    for message_id, message_date, send_type, content in stored:
        row = served[message_id]
        assert (message_date, send_type, content) == (row[1], row[2], row[8])
