"""Breakdowns add up to the total whatever is filtered; distinct counts never exceed their parts."""

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from lib.metrics.catalog import Catalog
from lib.metrics.filters import CONVERSATION_TYPES, DIRECTIONS, Filters
from lib.metrics.periods import DateRange, Window
from lib.metrics.query import query_metrics
from lib.metrics.scope import WHOLE_PROJECT

FIRST = date(2026, 2, 7)
FEW = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def some(*values: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=2).map(tuple)


@st.composite
def filters(draw: st.DrawFn, *, turns: bool = True) -> Filters:
    start = FIRST + timedelta(days=draw(st.integers(0, 10)))
    end = start + timedelta(days=draw(st.integers(0, 10)))
    return Filters(
        DateRange(start, end),
        entities=draw(some("Norte", "Sur")),
        channels=draw(some("cloudapi", "webchat")),
        agents=draw(some("7", "8", "9")),
        intents=draw(some("saldo", "credito")),
        directions=draw(some(*DIRECTIONS)) if turns else (),
        conversation_types=draw(some(*CONVERSATION_TYPES)),
    )


windows = st.one_of(
    st.none(), st.tuples(st.integers(0, 11), st.integers(12, 24)).map(lambda hours: Window(*hours))
)


@FEW
@given(filters(), windows)
def test_counts_of_rows_add_up_in_every_breakdown(
    project: Connection, catalog: Catalog, narrowed: Filters, window: Window | None
):
    additive = [
        "messages", "conversations", "agent_sessions", "fallback_messages", "out_of_hours_messages",
        "delivered_messages", "effective_containments", "repeat_contacts_7d",
        "queue_abandoned_sessions", "csat_answers",
    ]  # fmt: skip
    total = query_metrics(project, additive, filters=narrowed, window=window, scope=WHOLE_PROJECT)
    for group in ("day", "week", "month", "hour", "weekday", "entity", "channel", "direction"):
        asked = [name for name in additive if group in catalog.metric(name).dimensions]
        # a conversation has a row in each direction someone wrote in
        asked = [name for name in asked if (name, group) != ("conversations", "direction")]
        if group == "hour" and narrowed.directions:
            asked.remove("conversations")
        if not asked:
            continue
        parts = query_metrics(
            project, asked, group_by=group, filters=narrowed, window=window, scope=WHOLE_PROJECT
        )
        for name in asked:
            values = [value for value in parts.column(name) if value is not None]
            assert sum(values) == (total.value(name) or 0), (name, group)


@st.composite
def campaign_filters(draw: st.DrawFn) -> Filters:
    start = FIRST + timedelta(days=draw(st.integers(0, 10)))
    return Filters(
        DateRange(start, start + timedelta(days=draw(st.integers(0, 10)))),
        channels=draw(some("push", "sms", "whatsapp", "email", "inapp")),
        campaigns=draw(some("30001", "40001", "60001", "sin_campana")),
    )


@FEW
@given(campaign_filters())
def test_what_campaigns_count_adds_up_in_every_breakdown(
    project: Connection, catalog: Catalog, narrowed: Filters
):
    additive = ["sent", "delivered", "reads", "clicks", "errors", "cost", "delivered_with_sent"]
    total = query_metrics(project, additive, filters=narrowed, scope=WHOLE_PROJECT)
    for group in ("day", "week", "month", "weekday", "channel", "campaign", "platform", "purpose"):
        assert all(group in catalog.metric(name).dimensions for name in additive)
        parts = query_metrics(
            project, additive, group_by=group, filters=narrowed, scope=WHOLE_PROJECT
        )
        for name in additive:
            known = [value for value in parts.column(name) if value is not None]
            # what no row reports is unknown in the total as well, not none
            assert (sum(known) if known else None) == total.value(name), (name, group)


@FEW
@given(filters())
def test_contacts_of_groups_are_at_least_the_contacts_of_all(
    project: Connection, narrowed: Filters
):
    total = query_metrics(
        project, ["unique_contacts", "conversations"], filters=narrowed, scope=WHOLE_PROJECT
    )
    contacts, conversations = total.rows[0]
    for group in ("day", "entity", "channel"):
        parts = query_metrics(
            project, ["unique_contacts"], group_by=group, filters=narrowed, scope=WHOLE_PROJECT
        ).column("unique_contacts")
        assert (contacts or 0) <= sum(value or 0 for value in parts)
    assert (contacts or 0) <= (conversations or 0)


@FEW
@given(filters(turns=False))
def test_the_four_message_counts_agree(project: Connection, narrowed: Filters):
    plain = Filters(narrowed.period, narrowed.entities, narrowed.channels)
    asked = ["messages", "inbound_messages", "bot_messages", "agent_messages"]
    messages, *parts = query_metrics(project, asked, filters=plain, scope=WHOLE_PROJECT).rows[0]
    assert (messages or 0) == sum(part or 0 for part in parts)
    by_direction = query_metrics(
        project, ["messages"], group_by="direction", filters=narrowed, scope=WHOLE_PROJECT
    ).column("messages")
    total = query_metrics(project, ["messages"], filters=narrowed, scope=WHOLE_PROJECT).value(
        "messages"
    )
    assert sum(value or 0 for value in by_direction) == (total or 0)


@FEW
@given(filters(turns=False))
def test_a_rate_is_between_none_and_all(project: Connection, narrowed: Filters):
    for row in query_metrics(
        project,
        ["fallback_rate", "handoff_rate"],
        group_by="day",
        filters=narrowed,
        scope=WHOLE_PROJECT,
    ).rows:
        assert all(rate is None or 0 <= rate <= 1 for rate in row[1:3])
