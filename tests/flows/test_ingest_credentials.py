"""A credential that ends in mid-run: what was committed stays, and the next run goes on."""

import pytest

from flows.ingest_run import IngestionFailedError
from lib.config import get_settings
from tests.support.fake_api import HISTORY, KEYS, envelope, message, on

LOGIN = "/v1/auth"


@pytest.fixture
def two_windows(api):
    """A message in each of the two windows of the first run, in both projects."""
    for project in api.projects.values():
        project.messages = [message(1, "2026-02-10T14:00:00"), message(2, "2026-02-17T14:00:00")]


def test_a_key_revoked_in_mid_run_stops_the_project_at_once_and_no_other(
    ingest, raw, api, two_windows
):
    revoked = lambda request: (  # noqa: E731
        envelope(None, 401, "access token is not valid")
        if request.url.params.get("dateFrom", "") >= "2026-02-15"
        and KEYS[1] in request.headers["Authorization"]
        else None
    )
    api.faults = [on(HISTORY, revoked)]
    with pytest.raises(IngestionFailedError, match=r"chat_history 2026-02-15\.\..*401"):
        ingest()
    assert raw.messages() == ["1"]
    assert raw.state()[0] == "failed"
    assert api.waits == []
    ingest(2)
    assert raw.messages(2) == ["1", "2"]

    # a new key heals it without anything else being done
    api.faults = []
    ingest()
    assert raw.messages() == ["1", "2"]
    assert raw.state()[0] == "ok"


@pytest.fixture
def as_user(api, raw, tmp_path, monkeypatch):
    """Runs log in as a user; every token is good for so many requests, kept in `api.tokens`."""
    path = tmp_path / "connection.yaml"
    path.write_text("auth: {mode: user_login}\nlimits: {requests_per_second: 10000}\n")
    monkeypatch.setenv("INDIGITALL_CONNECTION_FILE", str(path))
    monkeypatch.setenv("INDIGITALL_LOGIN_MAIL", "ingesta@example.org")
    monkeypatch.setenv("INDIGITALL_LOGIN_PASSWORD", "not-a-real-one")
    get_settings.cache_clear()
    api.left, api.logins, usual = 0, 0, api.answer

    def answer(request):
        if request.url.path == LOGIN:
            api.logins, api.left = api.logins + 1, api.good_for
            return envelope({"accessToken": f"token-{api.logins}"})
        if request.headers["Authorization"] != f"Bearer token-{api.logins}" or not api.left:
            return envelope(None, 401, "access token is not valid")
        api.left -= 1
        request.headers["Authorization"] = f"ServerKey {KEYS[1]}"
        return usual(request)

    api.transport.handler = answer
    yield api
    get_settings.cache_clear()


def test_a_token_that_ends_in_mid_run_is_renewed_and_no_row_is_missing(
    ingest, raw, as_user, two_windows
):
    as_user.good_for = 3
    ingest()
    assert raw.messages() == ["1", "2"]
    assert raw.state()[0] == "ok"
    assert as_user.logins >= 3
    assert as_user.waits == []


def test_a_user_whose_tokens_never_work_is_given_up_after_one_renewal(
    ingest, raw, as_user, two_windows
):
    as_user.good_for = 0
    with pytest.raises(IngestionFailedError, match="401"):
        ingest()
    assert as_user.logins == 2
    assert raw.messages() == []
