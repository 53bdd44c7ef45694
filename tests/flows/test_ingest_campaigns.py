"""Campaigns from the API to raw: lists whole, statistics by the source's days, two projects."""

from datetime import date

import pytest

from flows.ingest_run import IngestionFailedError
from tests.support.fake_api import envelope, message, on

SMS, SMS_DAILY = "/v2/sms/stats/campaign", "/v2/sms/stats/application"
PUSH, PUSH_LIST, WHATSAPP = "/dateStats", "/v1/campaign", "/v1/chat/campaign/stats"


def sms(day, sent, campaign=40001):
    return {"campaignId": campaign, "statsDate": day, "numContactsSent": sent}


def stored(raw, table, project_id=1):
    query = f"select stat_id, payload ->> 'numContactsSent' from raw.{table}"
    return raw.rows(f"{query} where project_id = %s and deleted_at is null order by 1", project_id)


def touched(raw, endpoint):
    query = "select touched_dates from raw.batches where endpoint = %s order by batch_id"
    return [row[0] for row in raw.rows(query, endpoint)]


def test_statistics_are_stored_under_campaign_and_day_of_their_own_project(ingest, raw, api):
    api.projects[1].campaigns[SMS] = [sms("2026-02-10", 5), sms("2026-02-11", 7)]
    api.projects[2].campaigns[SMS] = [sms("2026-02-10", 99)]
    ingest(1)
    ingest(2)
    assert stored(raw, "sms_campaign_daily") == [
        ("40001:2026-02-10", "5"),
        ("40001:2026-02-11", "7"),
    ]
    assert stored(raw, "sms_campaign_daily", 2) == [("40001:2026-02-10", "99")]
    days = "select distinct stats_date from raw.sms_campaign_daily order by 1"
    assert raw.rows(days) == [(date(2026, 2, 10),), (date(2026, 2, 11),)]


def test_the_same_statistics_again_write_nothing_and_a_late_click_names_its_day(ingest, raw, api):
    rows = [sms("2026-02-12", 5), sms("2026-02-13", 7)]
    api.projects[1].campaigns[SMS] = rows
    ingest()
    assert not ingest().has_changed
    rows[1] = sms("2026-02-13", 8)
    assert ingest().by_endpoint["sms_campaign_daily"].updated == 1
    assert touched(raw, "sms_campaign_daily") == [
        [date(2026, 2, 12), date(2026, 2, 13)],
        [date(2026, 2, 13)],
    ]


def test_a_day_that_vanishes_is_marked_and_one_outside_the_window_is_kept(ingest, raw, api):
    rows = [sms("2026-02-09", 5), sms("2026-02-13", 7)]
    api.projects[1].campaigns[SMS] = rows
    ingest()
    api.projects[1].campaigns[SMS] = []
    counts = ingest().by_endpoint["sms_campaign_daily"]
    assert counts.deleted == 1  # only the last seven days are read again
    assert stored(raw, "sms_campaign_daily") == [("40001:2026-02-09", "5")]
    api.projects[1].campaigns[SMS] = rows
    ingest()
    assert len(stored(raw, "sms_campaign_daily")) == 2


def test_a_backfill_asks_in_windows_the_api_allows_and_then_for_the_last_week(ingest, raw, api):
    raw.run("update app.projects set backfill_from = '2025-09-01'")
    ingest()
    asked = [(q["dateFrom"], q["dateTo"]) for q in api.asked(SMS_DAILY)]
    assert asked == [("2025-09-01", "2025-12-09"), ("2025-12-09", "2026-02-18")]
    api.requests.clear()
    ingest()
    asked = [(q["dateFrom"], q["dateTo"]) for q in api.asked(SMS_DAILY)]
    assert asked == [("2026-02-10", "2026-02-18")]


def test_push_is_asked_for_in_the_path_and_its_records_stand_in_an_inner_object(ingest, raw, api):
    row = {"platformGroup": "ios", "statsDate": "2026-02-10", "numDevicesSent": 3}
    api.projects[1].campaigns[PUSH] = [row]
    api.projects[1].campaigns[PUSH_LIST] = [
        {"campaign": {"id": 30001, "applicationId": 1, "name": "Aviso tasas"}}
    ]
    ingest()
    assert raw.rows("select stat_id from raw.push_daily") == [("2026-02-10:ios",)]
    lists = "select campaign_id, payload ->> 'name' from raw.push_campaigns"
    assert raw.rows(lists) == [("30001", "Aviso tasas")]


def test_what_nobody_confirmed_is_read_only_for_projects_that_name_it(ingest, raw, api):
    row = {"campaignId": 60001, "statsDate": "2026-02-10", "category": "utility"}
    api.projects[1].campaigns[WHATSAPP] = api.projects[2].campaigns[WHATSAPP] = [row]
    raw.run(
        "update app.projects set enabled_endpoints = '{whatsapp_campaign_daily}'"
        " where project_id = 1"
    )
    ingest(1)
    ingest(2)
    query = "select project_id, stat_id from raw.whatsapp_campaign_daily"
    assert raw.rows(query) == [(1, "60001::2026-02-10:utility")]


def test_a_failing_campaign_endpoint_fails_the_run_after_everything_else(ingest, raw, api):
    api.projects[1].messages = [message(1, "2026-02-10T14:00:00")]
    api.projects[1].campaigns[SMS] = [sms("2026-02-10", 5)]
    api.faults = [on(SMS_DAILY, lambda _: envelope(None, 400, "limit is missing"))]
    with pytest.raises(IngestionFailedError, match="sms_daily"):
        ingest()
    assert raw.rows("select message_id from raw.messages") == [("1",)]
    assert len(stored(raw, "sms_campaign_daily")) == 1
    assert raw.state(endpoint="sms_daily")[0] == "failed"


def test_a_row_without_a_day_is_set_aside_and_one_of_another_project_stops_it(ingest, raw, api):
    bare = {"campaignId": 1, "statsDate": "2026-02-31"}
    api.faults = [on(SMS, lambda _: envelope([bare, sms("2026-02-10", 5)]))]
    counts = ingest().by_endpoint["sms_campaign_daily"]
    assert (counts.inserted, counts.rejected) == (1, 1)
    assert raw.rows("select reason from raw.rejects") == [("statsDate is no day",)]
    api.faults = [on(SMS, lambda _: envelope([sms("2026-02-10", 5) | {"applicationId": 2}]))]
    with pytest.raises(IngestionFailedError, match="sms_campaign_daily"):
        ingest()


def test_a_row_without_its_campaign_is_set_aside_and_never_taken_for_another(ingest, raw, api):
    bare = {"statsDate": "2026-02-10", "numContactsSent": 5}
    rows = [bare, bare | {"campaignId": None}, bare | {"campaignId": [1]}, sms("2026-02-10", 5)]
    api.projects[1].campaigns[SMS] = rows
    counts = ingest().by_endpoint["sms_campaign_daily"]
    assert (counts.inserted, counts.rejected) == (1, 3)
    assert raw.rows("select distinct reason from raw.rejects") == [("no campaignId",)]
    assert stored(raw, "sms_campaign_daily") == [("40001:2026-02-10", "5")]


def test_a_row_whose_new_version_cannot_be_stored_keeps_its_old_one(ingest, raw, api):
    api.projects[1].campaigns[SMS] = [sms("2026-02-13", 5)]
    ingest()
    api.projects[1].campaigns[SMS] = [sms("2026-02-13", 6) | {"name": "a\x00b"}]
    counts = ingest().by_endpoint["sms_campaign_daily"]
    assert (counts.deleted, counts.rejected) == (0, 1)
    assert stored(raw, "sms_campaign_daily") == [("40001:2026-02-13", "5")]
