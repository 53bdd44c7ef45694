"""The questions about campaigns on rows small enough to add up by hand (metric_details)."""

from datetime import date

import pytest
from sqlalchemy import Connection

from lib.metrics.errors import UnknownMetricError
from lib.metrics.filters import Filters
from lib.metrics.periods import DateRange
from lib.metrics.questions_campaigns import (
    get_campaign_performance,
    get_campaign_summary,
    get_campaigns_over_time,
)
from lib.metrics.scope import WHOLE_PROJECT

FEBRUARY = Filters(DateRange(date(2026, 2, 9), date(2026, 2, 17)))


def test_each_channel_has_what_it_sent_and_nothing_where_it_does_not_report(project: Connection):
    answer = get_campaign_summary(
        project, FEBRUARY, metrics=["sent", "clicks"], scope=WHOLE_PROJECT
    )
    assert answer.column("channel") == ("push", "sms", "whatsapp", "email", "inapp")
    assert answer.column("sent") == (100, 50, 25, 7, None)
    assert answer.column("clicks") == (8, None, 4, 3, 5)


def test_the_summary_compares_with_the_days_before(project: Connection):
    tuesday = Filters(DateRange(date(2026, 2, 17), date(2026, 2, 17)))
    answer = get_campaign_summary(
        project, tuesday, metrics=["sent"], compare="previous_period", scope=WHOLE_PROJECT
    )
    found = dict(zip(answer.column("channel"), answer.column("sent__prior"), strict=True))
    assert found["whatsapp"] == 20


def test_campaigns_are_named_and_the_rest_is_added_up(project: Connection):
    answer = get_campaign_performance(project, FEBRUARY, limit=2, scope=WHOLE_PROJECT)
    assert answer.column("campaign") == ("Ahorro de febrero", "Recordatorio de pago", "otros")
    assert answer.column("sent") == (100, 50, 32)
    assert answer.folded == 4


def test_campaigns_can_be_ordered_by_another_metric_from_below(project: Connection):
    answer = get_campaign_performance(
        project, FEBRUARY, metric="clicks", order="asc", limit=None, scope=WHOLE_PROJECT
    )
    assert answer.column("clicks")[:4] == (3, 4, 5, 8)
    assert answer.column("campaign")[0] == "Boletín"


def test_weeks_begin_on_monday_and_channels_can_stand_apart(project: Connection):
    weeks = get_campaigns_over_time(project, FEBRUARY, grain="week", scope=WHOLE_PROJECT)
    assert weeks.column("week") == (date(2026, 2, 9), date(2026, 2, 16))
    assert weeks.column("sent") == (150, 32)
    apart = get_campaigns_over_time(
        project, FEBRUARY, grain="week", by_channel=True, scope=WHOLE_PROJECT
    )
    found = {(row[0], row[1]): row[2] for row in apart.rows}
    assert found[(date(2026, 2, 16), "whatsapp")] == 25


def test_a_campaign_filter_and_the_other_project_keep_their_rows_apart(
    project: Connection, other_project: Connection
):
    period = FEBRUARY.period
    one = get_campaign_summary(
        project, Filters(period, campaigns=("40001",)), metrics=["sent"], scope=WHOLE_PROJECT
    )
    assert one.column("channel") == ("sms",)
    theirs = get_campaign_performance(other_project, FEBRUARY, scope=WHOLE_PROJECT)
    assert theirs.column("campaign") == ("Secreta",)
    assert theirs.value("sent") == 900


def test_an_unknown_metric_is_an_error_that_names_those_there_are(project: Connection):
    with pytest.raises(UnknownMetricError):
        get_campaign_performance(project, FEBRUARY, metric="aperturas", scope=WHOLE_PROJECT)
