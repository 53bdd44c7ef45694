"""Filters by hours and by what happened to agent sessions."""

from datetime import date

import pytest
from sqlalchemy import Connection

from lib.metrics.errors import BadWindowError, UnknownWaitBucketError
from lib.metrics.filters import WITHOUT_VALUE, Filters
from lib.metrics.periods import DateRange, Window
from lib.metrics.query import query_metrics
from lib.metrics.scope import WHOLE_PROJECT

WEEK = DateRange(date(2026, 2, 9), date(2026, 2, 17))


def asked(connection: Connection, metric: str, window: Window | None = None, **filters: object):
    return query_metrics(
        connection,
        [metric],
        filters=Filters(WEEK, **filters),
        window=window,
        scope=WHOLE_PROJECT,
    )


def test_some_hours_of_the_day_are_kept_wherever_they_lie(project: Connection):
    both = asked(project, "messages", Window(hours=(9, 20))).value("messages")
    alone = [
        asked(project, "messages", Window(hours=(hour,))).value("messages") for hour in (9, 20)
    ]
    assert both == sum(value or 0 for value in alone) > 0
    assert Window(8, 12, hours=(9, 20)).kept_hours == (9,)
    with pytest.raises(BadWindowError):
        Window(hours=(24,))


def test_a_wait_bucket_keeps_its_sessions_and_those_that_never_got_an_agent(project: Connection):
    short = asked(project, "agent_sessions", wait_buckets=("0-1",))
    assert short.value("agent_sessions") == 2
    wider = asked(project, "agent_sessions", wait_buckets=("0-1", WITHOUT_VALUE))
    assert wider.value("agent_sessions") == 3
    with pytest.raises(UnknownWaitBucketError):
        Filters(WEEK, wait_buckets=("2-3",))


def test_a_filter_on_sessions_keeps_the_conversations_that_had_one_and_says_so(
    project: Connection,
):
    waited = {"wait_buckets": ("0-1", "1-5", "5-15", "15-30", "30+", WITHOUT_VALUE)}
    every = asked(project, "conversations").value("conversations") or 0
    kept = asked(project, "conversations", **waited)
    assert 0 < (kept.value("conversations") or 0) < every
    note = kept.note("conversations")
    assert note is not None
    assert note.code == "by_session"
    assert asked(project, "agent_sessions", **waited).note("agent_sessions") is None


def test_sessions_closed_without_a_reason_can_be_asked_for(project: Connection):
    reasons = query_metrics(
        project,
        ["agent_sessions"],
        group_by="close_reason",
        filters=Filters(WEEK),
        scope=WHOLE_PROJECT,
    )
    pairs = zip(reasons.column("close_reason"), reasons.column("agent_sessions"), strict=True)
    for reason, sessions in pairs:
        kept = asked(project, "agent_sessions", close_reasons=(str(reason or WITHOUT_VALUE),))
        assert kept.value("agent_sessions") == sessions
