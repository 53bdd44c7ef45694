import time
from collections import Counter
from datetime import timedelta

import pytest

from infra.sandbox.profiles import ANDINA, VISIONAMOS
from infra.sandbox.served import COLUMNS, message_values
from infra.sandbox.world import UnknownProjectError, World

DEMO, SECOND = 900101, 900202
LATE_COLUMNS = {
    COLUMNS.index(name)
    for name in (
        "status", "statusAt", "error", "agentQueuedAt", "agentAssignedAt", "agentClosedAt",
        "agentCloseReason", "agentId",
    )
}  # fmt: skip


def second(instant):
    return int(instant.timestamp())


def without_late_columns(row):
    return tuple(value for place, value in enumerate(row) if place not in LATE_COLUMNS)


def test_a_small_world_takes_less_than_a_second(now):
    started = time.perf_counter()
    world = World.generate(7, until=now, days=40, scale=0.1)

    assert time.perf_counter() - started < 1
    assert all(project.messages for project in world.projects.values())


def test_two_worlds_of_the_same_seed_serve_the_same(now, small_world):
    again = World.generate(7, until=now, days=40, scale=0.5)

    for project_id, project in small_world.projects.items():
        twin = again.project(project_id)
        assert twin.message_values(second(now)) == project.message_values(second(now))
        assert twin.session_payloads(second(now)) == project.session_payloads(second(now))
        assert twin.contact_payloads(second(now)) == project.contact_payloads(second(now))


def test_the_next_day_adds_rows_and_changes_nothing_old_but_late_states(now):
    world = World.generate(7, until=now, days=30, scale=0.5)
    tomorrow = now + timedelta(days=1)
    for project in world.projects.values():
        before = {row[0]: row for row in project.message_values(second(now))}
        sessions = {row["agentSessionId"]: row for row in project.session_payloads(second(now))}
        world.extend(tomorrow)
        after = {row[0]: row for row in project.message_values(second(tomorrow))}

        assert before.keys() < after.keys()
        for message_id, row in before.items():
            assert without_late_columns(after[message_id]) == without_late_columns(row)
        later = {row["agentSessionId"]: row for row in project.session_payloads(second(tomorrow))}
        for session_id, row in sessions.items():
            known = {name: value for name, value in row.items() if value is not None}
            assert known.items() <= later[session_id].items()


def test_a_world_that_grew_equals_one_generated_later(now):
    start = now - timedelta(days=3)
    grown = World.generate(7, until=start, days=20, scale=0.5)
    grown.extend(now)
    later = World.generate(7, until=now, days=23, scale=0.5)

    for project_id in (DEMO, SECOND):
        assert grown.project(project_id).message_values(second(now)) == later.project(
            project_id
        ).message_values(second(now))


def test_states_and_sessions_move_on_with_the_clock(demo, now):
    project = demo.project(DEMO)
    week = project.messages_between(second(now) - 7 * 86_400, second(now) - 86_400, second(now))
    final = {row[0]: row for row in project.message_values(second(now))}
    changes = Counter(
        (COLUMNS[place], old, final[row[0]][place])
        for wait in (0, 60)
        for row in (message_values(message, message.sent_at + wait) for message in week)
        for place, old in enumerate(row)
        if final[row[0]][place] != old and COLUMNS[place] in ("status", "agentClosedAt")
    )

    assert changes["status", "channel_sent", "channel_read"] > 100
    assert changes["status", "channel_delivered", "channel_read"] > 50
    assert sum(1 for name, old, _ in changes if (name, old) == ("agentClosedAt", "")) > 10


def test_late_rows_appear_in_days_already_past(demo, now):
    project = demo.project(DEMO)
    moment = second(now) - 86_400
    late = [m for m in project.messages if m.sent_at <= moment < m.visible_at]
    every = [m for m in project.messages if m.visible_at > m.sent_at]

    assert len(every) > 50
    assert all(m.visible_at - m.sent_at < 48 * 3600 for m in every)
    served = {row[0] for row in project.message_values(moment)}
    assert not served & {str(message.message_id) for message in late}


def test_nothing_later_than_now_is_served(small_world, now):
    stamp = now.strftime("%Y-%m-%dT15:00:00")
    for project in small_world.projects.values():
        for row in project.message_values(second(now)):
            for name in ("messageDate", "statusAt", "agentAssignedAt", "agentClosedAt"):
                assert row[COLUMNS.index(name)][:19] <= stamp
        for session in project.session_payloads(second(now)):
            for name in ("queuedAt", "assignedAt", "closedAt"):
                assert (session[name] or "")[:19] <= stamp


def test_rows_are_rendered_once_only_after_they_have_settled(now):
    world = World.generate(7, [VISIONAMOS, ANDINA], until=now, days=5, scale=0.5)
    project = world.project(DEMO)
    for wait in (0, 60, 3_600, 400_000):
        moment = second(now) - 86_400 + wait
        rows = project.messages_between(0, moment + 1, moment)
        fresh = World.generate(7, until=now, days=5, scale=0.5).project(DEMO)
        assert project.csv_lines(rows, moment) == fresh.csv_lines(
            fresh.messages_between(0, moment + 1, moment), moment
        )


def test_an_unknown_project_is_named_with_those_that_exist(small_world):
    with pytest.raises(UnknownProjectError, match="900303 is none of 900101, 900202"):
        small_world.project(900303)
