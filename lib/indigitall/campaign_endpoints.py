"""The endpoints of campaigns: lists that are read whole, and statistics per day of the source.

Statistics are asked for by ranges of the source's own days. What nobody has confirmed to exist is
read only for projects whose configuration names it.
"""

from dataclasses import replace

from lib.indigitall.endpoints import Endpoint, Paging, WindowRule

__all__ = ["CAMPAIGN_LISTS", "CAMPAIGN_STATISTICS"]

PAGES = Paging("page", page_size=100, max_pages=1000)
NINETY_DAYS, NINETY_NINE_DAYS = WindowRule(max_days=90), WindowRule(max_days=99)
CAMPAIGN_DAY = ("campaignId", "statsDate")

_LIST = Endpoint(
    name="push_campaigns",
    path="/v1/campaign",
    response="json",
    paging=PAGES,
    key_sources=("id",),
    is_required=False,
    record_field="campaign",
)
_LIST_V2 = replace(
    _LIST,
    name="sms_campaigns",
    path="/v2/sms/campaign",
    paging=Paging("none"),
    record_field=None,
    records_path=("data", "campaigns"),
)
_STATISTICS = Endpoint(
    name="sms_campaign_daily",
    path="/v2/sms/stats/campaign",
    response="json",
    paging=Paging("none"),
    key_sources=CAMPAIGN_DAY,
    is_required=False,
    window=NINETY_NINE_DAYS,
    day_field="statsDate",
)
_ASSUMED = replace(_STATISTICS, window=NINETY_DAYS, is_default=False)

CAMPAIGN_LISTS = (
    _LIST,
    _LIST_V2,
    replace(_LIST_V2, name="email_campaigns", path="/v2/email/campaign", is_default=False),
)
CAMPAIGN_STATISTICS = (
    replace(
        _STATISTICS,
        name="push_daily",
        path="/v1/application/{project_id}/dateStats",
        key_sources=("statsDate", "platformGroup"),
        window=NINETY_DAYS,
        parameters=(("periodicity", "daily"),),
        project_param=None,
    ),
    replace(
        _STATISTICS,
        name="push_campaign_daily",
        path="/v1/campaign/stats",
        paging=PAGES,
        key_sources=(*CAMPAIGN_DAY, "platformGroup"),
        window=NINETY_DAYS,
        record_field="stat",
    ),
    replace(
        _STATISTICS,
        name="sms_daily",
        path="/v2/sms/stats/application",
        key_sources=("statsDate",),
    ),
    _STATISTICS,
    replace(
        _ASSUMED,
        name="email_daily",
        path="/v2/email/stats/application",
        key_sources=("statsDate",),
    ),
    replace(_ASSUMED, name="email_campaign_daily", path="/v2/email/stats/campaign"),
    replace(
        _ASSUMED,
        name="whatsapp_campaign_daily",
        path="/v1/chat/campaign/stats",
        key_sources=("campaignId", "sendingId", "statsDate", "category"),
    ),
    replace(_ASSUMED, name="inapp_daily", path="/v1/inApp/stats"),
)
