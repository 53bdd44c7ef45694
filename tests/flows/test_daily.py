"""One run that tells whether yesterday is complete, and what it lacks."""

from datetime import date

import pytest

from flows.daily import DayVerdict, daily, daily_report, main
from flows.ingest_run import IngestionFailedError
from flows.transform import AuditFailedError, BuildFailedError
from tests.support.fake_api import HISTORY, envelope, message, on

YESTERDAY = date(2026, 2, 16)
PUBLISHED = """
insert into app.data_versions (project_id, data_version, published_at, model_hash)
select project_id, 1, now(), 'm' from app.projects
"""


@pytest.fixture
def published(raw):
    """Everything that is loaded counts as published as soon as `build` is called."""
    raw.run("truncate app.data_versions")

    def build():
        raw.run("update raw.batches set published_at = now()")
        raw.run(PUBLISHED)

    yield build
    raw.run("truncate app.data_versions")


@pytest.fixture
def judge(ingest, published):
    """Judge the day after a run of every project; the build is one that publishes all."""

    def run(build=published, **options):
        return {each.project_id: each for each in daily(ingest=ingest, build=build, **options)}

    return run


def test_a_day_that_is_read_and_published_whole_lacks_nothing(judge, api):
    api.projects[1].messages = [message(1, "2026-02-16T14:00:00")]
    assert judge() == {1: DayVerdict(1, YESTERDAY, ()), 2: DayVerdict(2, YESTERDAY, ())}


def test_one_project_is_read_and_judged_alone(judge):
    assert list(judge(project_id=2)) == [2]


def test_a_window_that_failed_is_what_its_project_lacks_and_no_other(judge, api):
    def refused(request):
        fault = on(HISTORY, lambda _request: envelope(None, 400, "no"))
        return fault(request) if request.url.params.get("applicationId") == "1" else None

    api.faults = [refused]
    found = judge()

    assert found[2].problems == ()
    today, state = found[1].problems
    assert today.startswith("today's reading failed: project 1, chat_history 2026-02-08..")
    assert state.startswith("chat_history failed: project 1, chat_history 2026-02-08..")


def test_a_hole_before_yesterday_is_named_with_the_last_whole_day(judge, raw):
    judge()
    raw.run("update app.sync_state set complete_until = '2026-02-12' where endpoint = 'sms_daily'")
    raw.run("truncate app.data_versions")

    verdicts = daily(1, ingest=lambda _number: None, build=lambda: raw.run(PUBLISHED))

    assert verdicts[0].problems == ("sms_daily is complete until 2026-02-12",)


def test_what_is_loaded_and_not_published_is_lacking(judge, raw, api):
    api.projects[1].messages = [message(1, "2026-02-16T14:00:00")]

    found = judge(build=lambda: raw.run(PUBLISHED))

    assert found[1].problems == ("1 batches of this day are not published yet",)
    assert found[2].problems == ()


def test_a_project_that_was_never_read_or_published_says_so(raw, published):
    (verdict,) = daily(2, ingest=lambda _number: None, build=lambda: None)
    assert "chat_history was never read" in verdict.problems
    assert verdict.problems[-1] == "nothing was published yet"


def test_a_failed_build_is_lacking_everywhere_and_an_audit_where_it_holds_back(
    judge, raw, published
):
    def failed():
        raise BuildFailedError("run", "dbt build was expected to publish and failed")

    assert all("the build failed: dbt" in each.problems[0] for each in judge(failed).values())

    def audited():
        published()
        raw.run(
            "update app.data_versions set held_back_since = now(), held_back_reason = 'twice'"
            " where project_id = 1"
        )
        raise AuditFailedError("run", {1: "twice"}, (2,))

    raw.run("truncate app.data_versions")
    found = judge(audited)
    assert (found[1].problems, found[2].problems) == (("held back by the audit: twice",), ())


def test_the_report_says_yes_or_no_and_what_is_lacking():
    report = daily_report(
        [DayVerdict(1, YESTERDAY, ()), DayVerdict(2, YESTERDAY, ("contacts\nfailed: no",))]
    )
    assert "| 1 | 2026-02-16 | yes |\n| 2 | 2026-02-16 | **no** |" in report
    assert report.endswith("### What project 2 lacks\n\n- contacts failed: no")


@pytest.mark.parametrize(("problems", "code"), [((), 0), (("something",), 1)])
def test_the_command_ends_with_1_while_something_is_lacking(monkeypatch, problems, code):
    verdict = DayVerdict(1, YESTERDAY, problems)
    monkeypatch.setattr("flows.daily.daily", lambda _project: [verdict])
    assert main(["--project", "1"]) == code


def test_an_unknown_project_lacks_everything(raw):
    def unknown(_number):
        raise IngestionFailedError("project 9: no")

    (verdict,) = daily(9, ingest=unknown, build=lambda: None)
    assert verdict.problems[0] == "today's reading failed: project 9: no"
    assert "9 is none" in verdict.problems[1]
