"""Endpoints of the contract that no table of ours is made of: who sees them, and their shapes."""

import pytest

from infra.sandbox.campaigns import campaigns_of
from lib.indigitall.endpoints import ENDPOINTS
from tests.infra.sandbox.test_endpoints import refused
from tests.support.sandbox_api import ask, server_key

DEMO, SECOND = 900101, 900202
WEEK = {"dateFrom": "2026-02-10", "dateTo": "2026-02-17"}
PAGED = {"limit": 10, "page": 1}
SMS = campaigns_of(DEMO, "sms")[0].campaign_id
PUSH = campaigns_of(SECOND, "push")[0].campaign_id
PATHS = (
    "/v1/chat/topic",
    "/v1/chat/integration",
    "/v1/chat/configuration",
    "/v2/sms/send",
    "/v2/sms/contact",
    "/v2/sms/topic",
    "/v2/journey/stats",
    f"/v2/sms/stats/campaign/{SMS}",
)
IN_PATH = ("pushHeatmap", "stats/device", "stats/dashboard")


def asked(api, path, project=DEMO, **query):
    """The answer to the project's own key."""
    return ask(api, path, headers=server_key(project), applicationId=project, **query)


@pytest.mark.parametrize("path", PATHS)
def test_a_key_sees_its_own_project_only(api, path):
    assert asked(api, path, **WEEK, **PAGED).json()["statusCode"] == 200
    query = {"applicationId": SECOND, **WEEK, **PAGED}
    assert refused(ask(api, path, headers=server_key(DEMO), **query))[0] == 403
    assert refused(ask(api, path, headers={}, **query))[0] == 401


@pytest.mark.parametrize("what", IN_PATH)
def test_a_project_in_the_path_is_checked_as_well_and_dates_are_needed(api, what):
    own, other = (f"/v1/application/{number}/{what}" for number in (DEMO, SECOND))
    headers = server_key(DEMO)
    assert ask(api, own, headers=headers, **WEEK).json()["statusCode"] == 200
    assert refused(ask(api, own, headers=headers))[0] == 400
    assert refused(ask(api, other, headers=headers, **WEEK))[0] == 403


def test_the_heatmap_gives_rates_and_never_counts(api):
    found = ask(
        api, f"/v1/application/{DEMO}/pushHeatmap", headers=server_key(DEMO), **WEEK
    ).json()["data"]
    assert all(0 <= rate <= 1 for rate in (*found["hour"].values(), *found["weekday"].values()))


def test_pages_of_the_second_version_count_from_one(api):
    first = asked(api, "/v2/sms/contact", limit=3, page=1).json()
    second = asked(api, "/v2/sms/contact", limit=3, page=2).json()
    ids = [row["id"] for page in (first, second) for row in page["data"]["contacts"]]
    assert (len(ids), len(set(ids)), first["count"]) == (4, 4, 4)
    assert refused(asked(api, "/v2/sms/contact", limit=3, page=0))[0] == 400
    assert refused(asked(api, "/v2/sms/send", page=1))[0] == 400


def test_one_campaign_says_whose_it_is_and_is_hidden_from_others(api):
    path = f"/v1/campaign/{PUSH}"
    found = ask(api, path, headers=server_key(SECOND)).json()["data"]
    assert (found["id"], found["applicationId"]) == (PUSH, SECOND)
    assert refused(ask(api, path, headers=server_key(DEMO)))[0] == 404


def test_the_whole_history_of_an_sms_campaign_has_no_limit_of_days(api):
    rows = asked(api, f"/v2/sms/stats/campaign/{SMS}").json()["data"]
    assert {row["campaignId"] for row in rows} == {SMS}
    days = sorted(row["statsDate"] for row in rows)
    assert days[0] < "2025-10-01"
    assert days[-1] <= "2026-02-17"


def test_every_path_of_the_endpoint_file_is_served(api):
    for endpoint in ENDPOINTS.values():
        path = endpoint.path.format(project_id=DEMO)
        query = {**dict(endpoint.parameters), **WEEK, **PAGED, "applicationId": DEMO}
        answer = ask(api, path, headers=server_key(DEMO), **query)
        assert answer.status_code == 200, endpoint.name
