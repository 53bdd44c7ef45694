from datetime import date, timedelta

import pytest

from infra.sandbox.access import DISABLED_KEY, USER_MAIL, USER_PASSWORD, demo_access
from infra.sandbox.app import create_app
from infra.sandbox.truth.project import project_truth
from infra.sandbox.world import World
from tests.support.sandbox_api import ask, csv_rows, pages_until_empty, server_key

DEMO, SECOND = 900101, 900202
HISTORY = "/v1/chat/history/csv"
SESSIONS = "/v1/chat/agent/conversations"
WEEK = {"dateFrom": "2026-02-10", "dateTo": "2026-02-17"}
EVERY_LIST = {
    "/v1/application": {"limit": 1},
    "/v1/application/stats": {"limit": 1},
    "/v1/chat/contacts": {"limit": 1},
    HISTORY: {"limit": 1, **WEEK},
    SESSIONS: {"limit": 1},
    "/v1/chat/agent/status": {},
    "/v1/chat/channel": {},
}


def refused(response):
    """Status of an envelope whose body agrees with HTTP, and its message."""
    body = response.json()
    assert response.status_code == body["statusCode"]
    assert body["data"] is None
    return body["statusCode"], body["message"]


def test_status_needs_no_credential(api):
    body = ask(api, "/v1/status", headers={}).json()

    assert (body["statusCode"], body["message"]) == (200, "OK")


@pytest.mark.parametrize("path", EVERY_LIST)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": f"ServerKey {DISABLED_KEY}"},
        {"Authorization": "ServerKey "},
        {"Authorization": "Bearer " + server_key(DEMO)["Authorization"].split()[1]},
        {"Authorization": server_key(DEMO)["Authorization"].split()[1]},
    ],
    ids=["none", "disabled", "empty", "wrong scheme", "no scheme"],
)
def test_a_credential_that_does_not_work_is_a_401(api, path, headers):
    response = ask(api, path, headers=headers, applicationId=DEMO, **EVERY_LIST[path])

    assert refused(response) == (401, "access token is not valid")


@pytest.mark.parametrize("path", EVERY_LIST)
def test_a_key_of_one_project_does_not_open_the_other(api, path):
    mine = ask(api, path, headers=server_key(DEMO), applicationId=DEMO, **EVERY_LIST[path])
    other = ask(api, path, headers=server_key(DEMO), applicationId=SECOND, **EVERY_LIST[path])

    assert mine.status_code == 200
    assert refused(other) == (403, "operation forbidden")


def test_a_project_nobody_has_is_forbidden_even_to_the_account(api):
    assert refused(ask(api, "/v1/chat/channel", applicationId=900303))[0] == 403


def test_a_login_gives_a_token_that_works_for_an_hour(small_world, now):
    moment = [now]
    app = create_app(small_world, clock=lambda: moment[0], access=demo_access())
    login = {"mail": USER_MAIL, "password": USER_PASSWORD}
    data = ask(app, "/v1/auth", method="POST", headers={}, json=login).json()["data"]
    bearer = {"Authorization": f"Bearer {data['accessToken']}"}

    assert data["user"] == {"accountId": 501, "roleType": "account_admin"}
    assert ask(app, "/v1/chat/channel", headers=bearer, applicationId=SECOND).status_code == 200
    moment[0] = now + timedelta(hours=1)
    expired = ask(app, "/v1/chat/channel", headers=bearer, applicationId=SECOND)
    assert refused(expired)[0] == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"mail": USER_MAIL, "password": "another"}, 401),
        ({}, 401),
        (["mail", "password"], 400),
    ],
    ids=["wrong password", "nothing", "no object"],
)
def test_a_wrong_login_gives_no_token(api, body, status):
    response = ask(api, "/v1/auth", method="POST", headers={}, json=body)

    assert refused(response)[0] == status


def test_the_project_list_shows_what_the_key_sees(api):
    every = ask(api, "/v1/application", limit=100).json()
    own = ask(api, "/v1/application", headers=server_key(SECOND), limit=100).json()
    second_page = ask(api, "/v1/application", limit=1, page=1).json()
    only = ask(api, "/v1/application/stats", applicationId=SECOND, limit=50).json()

    assert [row["id"] for row in every["data"]] == [DEMO, SECOND]
    assert every["count"] == second_page["count"] == 2
    assert [row["id"] for row in second_page["data"]] == [SECOND]
    assert [(row["id"], row["chatEnabled"]) for row in own["data"]] == [(SECOND, True)]
    assert [row["name"] for row in only["data"]] == ["Cooperativa Andina"]


@pytest.mark.parametrize("project_id", [DEMO, SECOND])
def test_contacts_paged_to_the_end_are_all_contacts(api, small_world, now, project_id):
    def fetch(page):
        answer = ask(api, "/v1/chat/contacts", applicationId=project_id, limit=50, page=page).json()
        assert "count" not in answer
        return answer["data"]

    project = small_world.project(project_id)
    assert pages_until_empty(fetch) == project.contact_payloads(int(now.timestamp()))


def test_offset_is_ignored_in_silence(api):
    first, shifted = (
        ask(api, "/v1/chat/contacts", applicationId=DEMO, limit=5, **extra).json()
        for extra in ({}, {"offset": 5})
    )

    assert first == shifted


@pytest.mark.parametrize("project_id", [DEMO, SECOND])
def test_the_history_read_by_windows_and_pages_is_the_truth(api, small_world, now, project_id):
    found = {}
    first = small_world.first_day
    while first <= date(2026, 2, 18):
        window = {"dateFrom": first, "dateTo": first + timedelta(days=7)}

        def fetch(page, window=window):
            answer = ask(
                api, HISTORY, headers=server_key(project_id), applicationId=project_id,
                limit=90, page=page, **window,
            )  # fmt: skip
            return csv_rows(answer.content)

        found.update({row[0]: row for row in pages_until_empty(fetch)})
        first += timedelta(days=7)

    truth = project_truth(small_world.project(project_id), now)
    assert found == truth.served
    assert len(found) > 300


def test_the_last_day_of_a_window_is_included_and_days_are_utc(api):
    day = {"dateFrom": "2026-02-12", "dateTo": "2026-02-12"}
    rows = csv_rows(ask(api, HISTORY, applicationId=DEMO, limit=5000, **day).content)
    week = csv_rows(ask(api, HISTORY, applicationId=DEMO, limit=5000, **WEEK).content)

    assert rows
    assert rows == [row for row in week if row[1].startswith("2026-02-12T")]
    assert any(row[1].startswith("2026-02-17T") for row in week)


def test_csv_names_no_charset_and_is_utf_8(api):
    answer = ask(api, HISTORY, applicationId=DEMO, limit=5000, **WEEK)

    assert answer.headers["content-type"] == "text/csv"
    assert "¿En qué podemos ayudarte?" in answer.content.decode("utf-8")


def test_after_the_last_page_and_in_the_future_only_the_header_comes(api):
    late = {"dateFrom": "2026-03-01", "dateTo": "2026-03-07"}

    assert csv_rows(ask(api, HISTORY, applicationId=DEMO, limit=500, page=9, **WEEK).content) == []
    assert csv_rows(ask(api, HISTORY, applicationId=DEMO, limit=500, **late).content) == []


@pytest.mark.parametrize("path", [path for path, given in EVERY_LIST.items() if "limit" in given])
def test_a_list_without_limit_is_a_400(api, path):
    given = {key: value for key, value in EVERY_LIST[path].items() if key != "limit"}

    status, message = refused(ask(api, path, applicationId=DEMO, **given))
    assert (status, message) == (400, "a required query property is missing: limit")


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("/v1/chat/contacts", {"limit": "many"}),
        ("/v1/chat/contacts", {"limit": 0}),
        ("/v1/chat/contacts", {"limit": 101}),
        ("/v1/chat/contacts", {"limit": 10, "page": -1}),
        (HISTORY, {"limit": 5001, **WEEK}),
        (SESSIONS, {"limit": 50001}),
        (SESSIONS, {"limit": "²"}),
    ],
)
def test_a_page_that_makes_no_sense_is_a_400(api, path, given):
    assert refused(ask(api, path, applicationId=DEMO, **given))[0] == 400


def test_a_chat_call_without_project_is_a_400(api):
    assert refused(ask(api, "/v1/chat/channel"))[0] == 400
    assert refused(ask(api, "/v1/chat/channel", applicationId="demo"))[0] == 400


@pytest.mark.parametrize(
    "dates",
    [
        {},
        {"dateFrom": "2026-02-10"},
        {"dateFrom": "10/02/2026", "dateTo": "17/02/2026"},
        {"dateFrom": "2026-02-30", "dateTo": "2026-03-01"},
        {"dateFrom": "20260210", "dateTo": "20260211"},
        {"dateFrom": "2026-02-17", "dateTo": "2026-02-10"},
    ],
    ids=["none", "one", "slashes", "no such day", "no dashes", "reversed"],
)
def test_missing_or_malformed_dates_are_a_400(api, dates):
    response = ask(api, HISTORY, applicationId=DEMO, limit=10, **dates)

    assert refused(response) == (400, "one or both dates are invalid")


def test_a_window_of_more_than_seven_days_is_a_403_in_the_envelope(api):
    wide = {"dateFrom": "2026-02-09", "dateTo": "2026-02-17"}
    response = ask(api, HISTORY, applicationId=DEMO, limit=10, **wide)

    assert refused(response) == (403, "operation forbidden, more than 7 days")
    assert response.content.startswith(b"{")


@pytest.mark.parametrize("project_id", [DEMO, SECOND])
def test_the_session_snapshot_holds_own_and_foreign_sessions(api, small_world, now, project_id):
    rows = ask(api, SESSIONS, applicationId=project_id, email="", limit=50000).json()["data"]
    project, moment = small_world.project(project_id), int(now.timestamp())
    truth = project_truth(project, now)
    own = {session.session_id for session in truth.sessions if not session.is_rebuilt}

    assert rows == project.session_payloads(moment)
    assert own < {str(row["agentSessionId"]) for row in rows}
    foreign = [row for row in rows if str(row["agentSessionId"]) not in own]
    contacts = {contact.contact_id for contact in project.contacts}
    assert any(row["contactId"] in contacts for row in foreign)
    assert any(row["contactId"] not in contacts for row in foreign)


def test_sessions_can_be_cut_and_asked_by_mail(api):
    two = ask(api, SESSIONS, applicationId=DEMO, limit=2).json()["data"]
    mail = "laura.gomez@cooprofesionales.example"
    hers = ask(api, SESSIONS, applicationId=DEMO, limit=500, email=mail).json()["data"]

    assert len(two) == 2
    assert {row["email"] for row in hers} == {mail}


def test_agents_now_and_lines_answer_per_project(api):
    active = ask(api, "/v1/chat/agent/status", applicationId=DEMO).json()["data"]
    lines = ask(api, "/v1/chat/channel", applicationId=SECOND).json()

    assert set(active) == {"activeAgents"}
    assert 0 <= active["activeAgents"] <= 13
    assert [(row["id"], row["type"]) for row in lines["data"]] == [
        (52, "cloudapi"),
        (53, "webchat"),
    ]
    assert lines["count"] == 2


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/chat/message"), ("GET", "/"), ("GET", "/v1/auth"), ("POST", "/v1/status")],
)
def test_what_is_not_offered_is_route_not_found(api, method, path):
    assert refused(ask(api, path, method=method)) == (404, "route not found")


def test_a_new_day_is_served_without_a_restart(now):
    moment = [now]
    world = World.generate(7, until=now, days=3, scale=0.5)
    app = create_app(world, clock=lambda: moment[0])
    tomorrow = {"dateFrom": "2026-02-18", "dateTo": "2026-02-18"}

    before = csv_rows(ask(app, HISTORY, applicationId=DEMO, limit=500, **tomorrow).content)
    moment[0] = now + timedelta(days=1)
    after = csv_rows(ask(app, HISTORY, applicationId=DEMO, limit=500, **tomorrow).content)

    assert before == []
    assert after
