"""Raw becomes what the API says, and a second run finds nothing to do."""

from datetime import date

from lib.config import get_settings
from lib.privacy.contact_key import contact_key
from tests.support.fake_api import APPLICATIONS, HISTORY, contact, message, session

FEB_10, FEB_11, FEB_12 = date(2026, 2, 10), date(2026, 2, 11), date(2026, 2, 12)


def test_messages_arrive_as_text_with_their_time_and_the_key_of_their_contact(ingest, raw, api):
    api.projects[1].messages = [message(7, "2026-02-10T14:00:00", content='¿Qué, "tal"?\n😊 \\n')]

    ingest()

    pii_key = get_settings().pii_key.get_secret_value()
    (row,) = raw.rows(
        "select message_date, content, status, extra, sent_at::text, contact_key from raw.messages"
    )
    assert row == (
        "2026-02-10T14:00:00+00:00",
        '¿Qué, "tal"?\n😊 \\n',
        None,
        {},
        "2026-02-10 14:00:00+00",
        contact_key(pii_key, 1, "573000000001"),
    )


def test_a_second_run_writes_nothing_at_all(ingest, raw, api):
    api.projects[1].messages = [message(n, f"2026-02-1{n}T14:00:00") for n in range(5)]
    api.projects[1].sessions = [session(600)]
    assert ingest().has_changed
    before = raw.fingerprint()

    assert not ingest().has_changed
    assert not ingest(since=date(2026, 2, 9)).has_changed

    assert raw.fingerprint() == before


def test_a_late_state_updates_the_row_and_names_its_day(ingest, raw, api):
    sent = message(1, "2026-02-16T14:00:00", sendType="dialogflow", status="channel_sent")
    api.projects[1].messages = [sent, message(2, "2026-02-16T15:00:00")]
    ingest()

    sent["status"] = "channel_read"
    ingest()

    assert raw.rows("select status from raw.messages where message_id = '1'") == [("channel_read",)]
    assert raw.batches()[-1] == (0, 1, 0, [date(2026, 2, 16)])


def test_a_message_of_an_evening_in_bogota_belongs_to_that_local_day(ingest, raw, api):
    api.projects[1].messages = [message(1, "2026-02-11T03:30:00")]

    ingest()

    assert raw.batches() == [(1, 0, 0, [FEB_10])]


def test_a_vanished_message_is_marked_and_loses_the_mark_when_it_comes_back(ingest, raw, api):
    kept, lost = message(1, "2026-02-16T14:00:00"), message(2, "2026-02-16T14:05:00")
    api.projects[1].messages = [kept, lost]
    ingest()

    api.projects[1].messages = [kept]
    ingest()
    assert raw.messages() == ["1"]
    assert raw.batches()[-1] == (0, 0, 1, [date(2026, 2, 16)])

    api.projects[1].messages = [kept, lost]
    ingest()
    assert raw.messages() == ["1", "2"]


def test_a_message_outside_the_days_that_were_read_is_not_taken_for_vanished(ingest, raw, api):
    api.projects[1].messages = [message(n, f"2026-02-1{n}T14:00:00") for n in range(5)]
    ingest()

    api.projects[1].messages = []
    ingest(since=FEB_11, until=FEB_12)

    assert raw.messages() == ["0", "3", "4"]


def test_a_day_on_the_edge_of_two_windows_is_emptied_as_well(ingest, raw, api):
    raw.run("update app.projects set backfill_from = '2026-01-26'")
    days = [f"2026-01-{day}" for day in range(26, 32)] + [f"2026-02-0{day}" for day in range(1, 8)]
    api.projects[1].messages = [message(n, f"{day}T12:00:00") for n, day in enumerate(days)]
    ingest()

    api.projects[1].messages = []
    ingest(since=date(2026, 1, 26), until=date(2026, 2, 7))

    assert raw.messages() == []


def test_a_message_that_moves_names_its_old_day_and_its_new_one(ingest, raw, api):
    moved = message(1, "2026-02-15T14:00:00")
    api.projects[1].messages = [moved]
    ingest()

    moved["messageDate"] = "2026-02-16T14:00:00+00:00"
    ingest()

    assert raw.batches()[-1] == (0, 1, 0, [date(2026, 2, 15), date(2026, 2, 16)])


def test_a_message_names_the_days_of_its_session(ingest, raw, api):
    times = {"agentConversationId": "600", "agentQueuedAt": "2026-02-09T14:00:00+00:00",
             "agentClosedAt": "2026-02-12T14:00:00+00:00"}  # fmt: skip
    api.projects[1].messages = [message(1, "2026-02-11T14:00:00", **times)]

    ingest()

    assert raw.batches()[-1] == (1, 0, 0, [date(2026, 2, 9), FEB_11, FEB_12])


def test_a_session_that_closes_names_its_days_and_those_of_its_messages(ingest, raw, api):
    opened = session(600, closedAt=None)
    api.projects[1].sessions = [opened]
    api.projects[1].messages = [message(1, "2026-02-11T14:00:00", agentConversationId="600")]
    ingest()
    assert raw.batches(endpoint="agent_conversations") == [(1, 0, 0, [FEB_10, FEB_11])]

    opened["closedAt"] = "2026-02-12T20:00:00.000Z"
    ingest()

    changed = raw.batches(endpoint="agent_conversations")[-1]
    assert changed == (0, 1, 0, [FEB_10, FEB_11, FEB_12])


def test_a_changed_contact_touches_no_day(ingest, raw, api):
    api.projects[1].messages = [message(1, "2026-02-11T14:00:00")]
    ingest()

    api.projects[1].contacts = [contact(profileName="Otro nombre"), contact("573000000002")]
    ingest()

    assert raw.batches(endpoint="contacts")[-1] == (1, 1, 0, [])


def test_two_projects_with_the_same_message_ids_do_not_mix(ingest, raw, api):
    api.projects[1].messages = [message(1, "2026-02-11T14:00:00", content="de uno")]
    api.projects[2].messages = [message(1, "2026-02-11T14:00:00", content="de dos")]

    ingest(1)
    ingest(2)
    api.projects[1].messages = []
    ingest(1, since=FEB_11, until=FEB_11)

    query = (
        "select project_id, content, deleted_at is null, contact_key from raw.messages order by 1"
    )
    (one, two) = raw.rows(query)
    assert (one[:3], two[:3]) == ((1, "de uno", False), (2, "de dos", True))
    assert one[3] != two[3]


def test_only_the_projects_own_application_is_kept_of_those_the_key_sees(ingest, raw, api):
    ingest(1)

    assert raw.rows("select project_id, application_id from raw.applications") == [(1, "1")]
    assert "applicationId" not in api.asked(APPLICATIONS)[0]


def test_the_first_run_reads_from_the_backfill_day_and_the_next_one_the_last_days(ingest, raw, api):
    ingest()
    ingest()

    windows = [(asked["dateFrom"], asked["dateTo"]) for asked in api.asked(HISTORY)]
    assert windows == [
        ("2026-02-08", "2026-02-15"),
        ("2026-02-15", "2026-02-19"),
        # complete until the 16th: that day, two before, today, and a UTC day on each side
        ("2026-02-13", "2026-02-19"),
    ]
    assert raw.state() == ("ok", None, date(2026, 2, 16))


def test_an_earlier_backfill_day_is_filled_in(ingest, raw, api):
    ingest()
    api.requests.clear()
    raw.run("update app.projects set backfill_from = '2026-02-03'")

    ingest()

    windows = [(asked["dateFrom"], asked["dateTo"]) for asked in api.asked(HISTORY)]
    assert windows[0] == ("2026-02-02", "2026-02-09")
    assert windows[-1] == ("2026-02-13", "2026-02-19")
