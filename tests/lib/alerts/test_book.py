"""When a channel is told of an incident: once, again after the quiet time, and when it is over."""

from datetime import UTC, datetime, timedelta

import pytest

from lib.alerts.book import Entry, News, news_for
from lib.alerts.incidents import Incident

QUIET = timedelta(hours=6)
OPENED = datetime(2026, 2, 17, 10, 0, tzinfo=UTC)


def hours(number):
    return OPENED + timedelta(hours=number)


def entry(*, resolved=None, alerted=None, recovered=None):
    incident = Incident(1, "uno", "stale", "chat_history", OPENED)
    return Entry(
        incident,
        3,
        None if resolved is None else hours(resolved),
        {} if alerted is None else {"mail": hours(alerted)},
        {} if recovered is None else {"mail": hours(recovered)},
    )


@pytest.mark.parametrize(
    ("known", "at", "due"),
    [
        (entry(), 0, True),
        (entry(alerted=0), 1, False),
        (entry(alerted=0), 6, True),
        # it was gone and is back within the quiet time of what was told before
        (entry(alerted=-2), 1, False),
        (entry(alerted=-2), 4, True),
        (entry(alerted=0, resolved=1), 1, True),
        (entry(alerted=0, resolved=1, recovered=1), 2, False),
        # over before anybody was told: nothing to take back
        (entry(resolved=1), 1, False),
        # it was back for a while within the quiet time, and nobody heard of that
        (entry(alerted=-2, recovered=-1, resolved=1), 1, False),
        (entry(alerted=2, recovered=-1, resolved=3), 3, True),
        # the recovery could not be delivered before it was back for a while
        (entry(alerted=-2, resolved=1), 1, True),
    ],
    ids=[
        "new",
        "told an hour ago",
        "told six hours ago",
        "back within the quiet time",
        "back and quiet is over",
        "over",
        "over and told",
        "over before it was told",
        "a flap that was not told",
        "told again and over",
        "over at last, and the recovery is still owed",
    ],
)
def test_what_is_due(known, at, due):
    assert known.is_due("mail", hours(at), QUIET) is due


def test_each_channel_has_its_own_memory():
    told_by_mail = entry(alerted=0)
    assert news_for("mail", [told_by_mail], hours(1), QUIET) == News((), ())
    assert news_for("webhook", [told_by_mail], hours(1), QUIET) == News((told_by_mail,), ())
