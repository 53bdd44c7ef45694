"""The endpoints of campaigns: who sees them, how wide a window may be, what adds up to what."""

from datetime import date

import pytest

from infra.sandbox.campaigns import campaign_rows
from infra.sandbox.truth.campaigns import campaign_totals, channel_totals
from tests.infra.sandbox.test_endpoints import refused
from tests.support.sandbox_api import ask, server_key

DEMO, SECOND = 900101, 900202
WEEK = {"dateFrom": "2026-02-10", "dateTo": "2026-02-17"}
STATISTICS = {
    "/v2/sms/stats/application": 99,
    "/v2/sms/stats/campaign": 99,
    "/v2/email/stats/application": 90,
    "/v2/email/stats/campaign": 90,
    "/v1/chat/campaign/stats": 90,
    "/v1/inApp/stats": 90,
}
PUSH_DAILY = f"/v1/application/{SECOND}/dateStats"


def rows(api, path, project=DEMO, **query):
    """The data of an answer to the project's own key."""
    return ask(api, path, headers=server_key(project), applicationId=project, **query).json()[
        "data"
    ]


@pytest.mark.parametrize("path", [*STATISTICS, "/v1/campaign", "/v2/sms/campaign"])
def test_a_key_of_another_project_is_refused(api, path):
    query = {"applicationId": SECOND, "limit": 10, **WEEK}
    assert refused(ask(api, path, headers=server_key(DEMO), **query))[0] == 403
    assert refused(ask(api, path, headers={}, **query))[0] == 401


@pytest.mark.parametrize("path", STATISTICS)
def test_a_window_wider_than_allowed_is_refused(api, path):
    first = date(2025, 10, 1)
    allowed = date.fromordinal(first.toordinal() + STATISTICS[path])
    query = {"applicationId": DEMO, "dateFrom": str(first), "dateTo": str(allowed)}
    assert ask(api, path, headers=server_key(DEMO), **query).status_code == 200
    query["dateTo"] = str(date.fromordinal(allowed.toordinal() + 1))
    assert refused(ask(api, path, headers=server_key(DEMO), **query))[0] == 403


def test_push_statistics_need_a_periodicity_and_the_project_of_the_key(api):
    headers = server_key(SECOND)
    assert refused(ask(api, PUSH_DAILY, headers=headers, **WEEK))[0] == 400
    daily = {**WEEK, "periodicity": "daily"}
    found = ask(api, PUSH_DAILY, headers=headers, **daily).json()["data"]
    assert {row["platformGroup"] for row in found} == {"android", "ios", "web"}
    assert refused(ask(api, PUSH_DAILY, headers=server_key(DEMO), **daily))[0] == 403


def test_lists_stand_where_their_version_puts_them(api):
    (push, *_) = rows(api, "/v1/campaign", SECOND, limit=100)
    assert push["campaign"]["applicationId"] == SECOND
    listed = rows(api, "/v2/sms/campaign")
    assert [c["name"] for c in listed["campaigns"]] == [
        "Cuota de febrero",
        "Actualiza tus datos",
        "Black Friday",
    ]


def test_the_same_day_read_twice_is_the_same_and_nothing_of_the_future_shows(api):
    path = "/v2/email/stats/campaign"
    first = rows(api, path, **WEEK)
    assert first == rows(api, path, **WEEK)
    later = rows(api, path, dateFrom="2026-02-10", dateTo="2026-03-10")
    assert max(row["statsDate"] for row in later) <= "2026-02-17"


def test_sms_says_nothing_of_deliveries_and_whatsapp_names_category_and_no_cost(api):
    (sms, *_) = rows(api, "/v2/sms/stats/campaign", **WEEK)
    assert set(sms) == {
        "campaignId", "statsDate", "numContactsSent", "totalChunks", "numContactsClicked",
    }  # fmt: skip
    whatsapp = rows(api, "/v1/chat/campaign/stats", **WEEK)
    assert {row["category"] for row in whatsapp} == {"utility", "marketing"}
    assert {row["cost"] for row in whatsapp} == {None}


def test_the_application_has_what_its_campaigns_have_and_sends_of_none(api):
    """1 December 2025 is a Monday: one campaign, and five sends without."""
    day = {"dateFrom": "2025-12-01", "dateTo": "2025-12-01"}
    (whole,) = rows(api, "/v2/sms/stats/application", **day)
    (campaign,) = rows(api, "/v2/sms/stats/campaign", **day)
    assert whole["numContactsSent"] == campaign["numContactsSent"] + 5
    assert whole["totalChunks"] == campaign["totalChunks"]


def test_the_truth_counts_whole_applications_and_single_campaigns():
    day = date(2025, 12, 1)
    (sms,) = campaign_rows(DEMO, "sms", day, day)
    truth = channel_totals(DEMO, day, day)
    assert truth["sms"] == {
        "sent": sms["numContactsSent"] + 5,
        "clicks": sms["numContactsClicked"],
        "chunks": sms["totalChunks"],
    }
    assert campaign_totals(DEMO, "sms", day, day) == {"40001": sms["numContactsSent"]}
    assert set(channel_totals(SECOND, day, day)) == {"sms", "inapp"}
