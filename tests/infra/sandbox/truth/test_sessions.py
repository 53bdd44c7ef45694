from datetime import datetime

import pytest

from infra.sandbox.truth.project import reckon
from tests.support.truth_rows import ANA, BETO, Rows, config, session

NOW = datetime.fromisoformat("2026-02-17T10:00:00-05:00")
DAY = "2026-02-10 "


def sessions_of(payloads, rows=None, contacts=(ANA,), now=NOW):
    truth = reckon(config(), (rows or Rows()).values, payloads, contacts, now)
    return {found.session_id: found for found in truth.sessions}


def test_wait_first_response_and_handle_are_seconds_between_the_right_instants():
    rows = Rows()
    rows.add("in", DAY + "09:00:10", agentConversationId="600001")
    rows.add("agent", DAY + "09:03:00", agentConversationId="600001", agentId="1201")
    rows.add("agent", DAY + "09:05:00", agentConversationId="600001", agentId="1201")
    times = (DAY + "09:00:00", DAY + "09:01:30", DAY + "09:21:30")

    found = sessions_of([session(600001, *times)], rows)["600001"]
    assert (found.wait_seconds, found.first_response_seconds, found.handle_seconds) == (
        90,
        180,
        1200,
    )
    assert found.wait_bucket == "1-5"
    assert not found.is_handle_over_limit


@pytest.mark.parametrize(
    ("seconds", "bucket"),
    [("09:00:59", "0-1"), ("09:01:00", "1-5"), ("09:05:00", "5-15"), ("09:15:00", "15-30"),
     ("09:30:00", "30+")],
)  # fmt: skip
def test_a_wait_bucket_includes_its_lower_limit(seconds, bucket):
    found = sessions_of([session(1, DAY + "09:00:00", DAY + seconds, DAY + "10:00:00")])

    assert found["1"].wait_bucket == bucket


def test_a_negative_or_incomplete_duration_is_none():
    early = session(1, DAY + "09:00:00", DAY + "08:59:50", DAY + "08:59:00")
    open_one = session(2, DAY + "09:00:00")

    found = sessions_of([early, {**open_one, "email": "x@norte.example"}])
    assert (found["1"].wait_seconds, found["1"].handle_seconds) == (None, None)
    assert (found["2"].wait_seconds, found["2"].wait_bucket) == (None, None)


def test_a_handle_time_beyond_eight_hours_is_marked():
    limit, over = (
        session(number, DAY + "08:00:00", DAY + "08:00:00", DAY + closed)
        for number, closed in ((1, "16:00:00"), (2, "16:00:01"))
    )
    found = sessions_of([limit, over])

    assert [found[key].is_handle_over_limit for key in ("1", "2")] == [False, True]


def test_the_guard_keeps_what_messages_name_and_known_contacts_of_our_domain():
    rows = Rows()
    rows.add("agent", DAY + "09:00:00", agentConversationId="1", agentId="77")
    times = (DAY + "09:00:00", DAY + "09:01:00", DAY + "09:09:00")
    payloads = [
        session(1, *times, contact="573990000001", agentId=77, email="a@elsewhere.example"),
        session(2, *times),
        session(3, *times, contact="573990000001"),
        session(4, *times, email="a@elsewhere.example"),
        session(5, DAY + "09:00:00"),
    ]

    assert set(sessions_of(payloads, rows)) == {"1", "2"}


def test_a_session_seen_only_on_messages_is_rebuilt_from_them():
    rows = Rows()
    times = {
        "agentQueuedAt": "2026-02-10T14:00:00+00:00",
        "agentAssignedAt": "2026-02-10T14:02:00+00:00",
        "agentClosedAt": "2026-02-10T14:30:00+00:00",
        "agentCloseReason": "AGENT_TRANSFER",
    }
    rows.add("agent", DAY + "09:04:00", agentConversationId="8", agentId="1209", **times)
    found = sessions_of([], rows)["8"]

    assert found.is_rebuilt
    assert (found.agent_id, found.contact_id, found.close_reason) == ("1209", ANA, "AGENT_TRANSFER")
    assert (found.wait_seconds, found.first_response_seconds, found.handle_seconds) == (
        120,
        240,
        1680,
    )


def test_a_transfer_names_another_session_than_its_own():
    times = (DAY + "09:00:00", DAY + "09:01:00", DAY + "09:09:00")
    payloads = [session(n, *times, initialAgentSession=i) for n, i in ((1, 0), (2, 2), (3, 1))]

    found = sessions_of(payloads)
    assert [found[key].is_transferred for key in ("1", "2", "3")] == [False, False, True]


def test_a_queue_is_abandoned_when_closed_or_after_a_day_of_silence():
    rows = Rows()
    rows.add("in", DAY + "09:00:30", agentConversationId="1")
    rows.add("in", "2026-02-16 09:59:59", contact=BETO, agentConversationId="2")
    rows.add("in", "2026-02-16 10:00:01", contact="573000000003", agentConversationId="3")
    payloads = [
        session(1, DAY + "09:00:00", None, DAY + "09:10:00"),
        session(2, "2026-02-16 09:59:00", contact=BETO),
        session(3, "2026-02-16 10:00:00", contact="573000000003"),
        session(4, DAY + "09:00:00", DAY + "09:01:00", DAY + "09:10:00"),
    ]

    found = sessions_of(payloads, rows)
    assert [found[key].is_queue_abandoned for key in "1234"] == [True, True, False, False]


def test_the_first_day_of_silence_ends_a_wait_and_a_chain_of_words_prolongs_it():
    rows = Rows()
    for moment in ("2026-02-12 09:00:00", "2026-02-13 08:00:00", "2026-02-16 12:00:00"):
        rows.add("in", moment, contact=BETO, agentConversationId="1")
    for moment in ("2026-02-15 09:00:00", "2026-02-16 08:00:00", "2026-02-16 12:00:00"):
        rows.add("in", moment, contact="573000000003", agentConversationId="2")
    payloads = [
        session(1, "2026-02-12 08:00:00", contact=BETO),
        session(2, "2026-02-15 09:30:00", contact="573000000003"),
    ]

    found = sessions_of(payloads, rows)
    assert [found[key].is_queue_abandoned for key in "12"] == [True, False]


def test_the_roster_is_by_mail_domain_or_id_among_guarded_sessions():
    rows = Rows()
    for number, agent in (("1", "1201"), ("2", "1209"), ("3", "77"), ("4", "1208")):
        rows.add("agent", DAY + "09:00:00", agentConversationId=number, agentId=agent)
    times = (DAY + "09:00:00", DAY + "09:01:00", DAY + "09:09:00")
    payloads = [
        session(1, *times),
        session(2, *times, agentId=1209, email="temp@elsewhere.example"),
        session(3, *times, agentId=77, email="a@elsewhere.example"),
    ]
    truth = reckon(config(), rows.values, payloads, [ANA], NOW)

    assert truth.roster == {"1201", "1209"}
    assert len(truth.sessions) == 4
