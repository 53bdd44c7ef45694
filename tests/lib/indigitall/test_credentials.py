"""What a request proves itself with: keys, headers of other names, and logins."""

import json
from secrets import token_hex

import httpx
import pytest

from lib.config import load_settings
from lib.indigitall.access import http_client, open_client
from lib.indigitall.answers import json_envelope
from lib.indigitall.client import IndigitallClient
from lib.indigitall.connection import Auth
from lib.indigitall.credentials import LoginCredential
from lib.indigitall.endpoints import CHANNELS
from lib.indigitall.errors import (
    CredentialError,
    LoginRefusedError,
    NotConfiguredError,
    SecondFactorError,
    UnexpectedFormatError,
)
from lib.indigitall.retries import Retries

MAIL, PASSWORD = "ingesta@example.org", "not-a-real-one"
ADDRESS = "http://api.example"


class LoginApi:
    """Hands out tokens t1, t2...; those in `good` work, and answers a login as told."""

    def __init__(self, *, good=("t1",), place="data.accessToken", login=None):
        self.good, self.place, self.login = good, place, login
        self.logins, self.shown = [], []
        self.transport = httpx.MockTransport(self.handle)
        http = http_client(ADDRESS, self.transport)
        credential = LoginCredential(http, Auth(mode="user_login"), MAIL, PASSWORD)
        self.client = IndigitallClient(http, 7, credential, Retries(sleep=lambda _seconds: None))

    def handle(self, request):
        if request.url.path == "/v1/auth":
            self.logins.append(json.loads(request.content))
            return self.login or self._token(f"t{len(self.logins)}")
        self.shown.append(request.headers["Authorization"])
        is_good = request.headers["Authorization"].removeprefix("Bearer ") in self.good
        status, message = (200, "OK") if is_good else (401, "access token is not valid")
        return httpx.Response(200, json={"statusCode": status, "message": message, "data": []})

    def _token(self, token):
        body = {"statusCode": 200, "message": "OK"}
        target = body
        *parents, last = self.place.split(".")
        for name in parents:
            target = target.setdefault(name, {})
        target[last] = token
        return httpx.Response(200, json=body)

    def read(self):
        return self.client.read(CHANNELS, {}, lambda answer: json_envelope(answer, CHANNELS))


@pytest.mark.parametrize("place", ["data.accessToken", "token"])
def test_a_login_happens_once_and_its_token_is_carried_by_every_request(place):
    api = LoginApi(place=place)
    api.read()
    api.read()

    assert api.logins == [{"mail": MAIL, "password": PASSWORD}]
    assert api.shown == ["Bearer t1", "Bearer t1"]


def test_a_token_that_ends_in_mid_run_is_renewed_once():
    api = LoginApi()
    api.read()
    api.good = ("t2",)
    api.read()

    assert api.shown == ["Bearer t1", "Bearer t1", "Bearer t2"]


def test_a_token_refused_again_after_the_renewal_is_the_end():
    api = LoginApi(good=())

    with pytest.raises(CredentialError):
        api.read()
    assert api.shown == ["Bearer t1", "Bearer t2"]


def test_a_login_that_is_refused_is_not_tried_again_and_repeats_nothing_of_it():
    refused = {"statusCode": 401, "message": f"{MAIL} is not known"}
    api = LoginApi(login=httpx.Response(401, json=refused))

    with pytest.raises(LoginRefusedError, match="check INDIGITALL_LOGIN_MAIL") as caught:
        api.read()
    assert MAIL not in str(caught.value)
    assert len(api.logins) == 1
    assert api.shown == []


def test_a_second_factor_stops_with_what_to_do_instead():
    due = {"statusCode": 200, "data": {"shortLived2FaToken": "short"}}
    api = LoginApi(login=httpx.Response(200, json=due))

    with pytest.raises(SecondFactorError, match="use a server key"):
        api.read()
    assert len(api.logins) == 1


def test_a_login_without_any_token_is_an_answer_nobody_expected():
    api = LoginApi(login=httpx.Response(200, json={"statusCode": 200, "data": {"user": {}}}))

    with pytest.raises(UnexpectedFormatError, match=r"a token in data\.accessToken"):
        api.read()


def test_a_login_that_fails_for_a_moment_is_tried_again():
    answers = [httpx.Response(503), httpx.ConnectError("refused")]
    api = LoginApi()
    usual = api.handle

    def troubled(request):
        if request.url.path == "/v1/auth" and answers:
            answer = answers.pop()
            if isinstance(answer, Exception):
                raise answer
            return answer
        return usual(request)

    api.client.http._transport = httpx.MockTransport(troubled)
    api.client.credential.http = api.client.http
    api.read()
    assert api.shown == ["Bearer t1"]


@pytest.fixture
def opened(tmp_path):
    """Read one list with a connection file of these lines; gives the headers that were sent."""
    sent = []

    def handle(request):
        sent.append(request.headers)
        return httpx.Response(200, json={"statusCode": 200, "data": []})

    def read(lines, **environment):
        path = tmp_path / "connection.yaml"
        path.write_text(lines, encoding="utf-8")
        settings = load_settings(
            {
                "INDIGITALL_HOME": str(tmp_path),
                "INDIGITALL_MASTER_SECRET": token_hex(32),
                "INDIGITALL_PII_KEY": token_hex(32),
                "INDIGITALL_CONNECTION_FILE": str(path),
                **environment,
            }
        )
        with open_client(settings, 7, transport=httpx.MockTransport(handle)) as client:
            client.read(CHANNELS, {}, lambda answer: json_envelope(answer, CHANNELS))
            return sent[-1], str(client.http.base_url)

    return read


def test_a_custom_header_carries_the_key_under_its_own_name(opened):
    headers, _ = opened(
        "auth: {mode: custom_header, header: X-Api-Key}",
        INDIGITALL_API_URL=ADDRESS,
        INDIGITALL_SERVER_KEY_7="k-7",
    )
    assert headers["X-Api-Key"] == "k-7"
    assert "Authorization" not in headers


def test_a_region_gives_the_address_and_a_shared_key_serves_projects_without_their_own(opened):
    headers, address = opened("{}", INDIGITALL_REGION="am1", INDIGITALL_SERVER_KEY="shared")

    assert address == "https://am1.api.indigitall.com"
    assert headers["Authorization"] == "ServerKey shared"


def test_a_key_of_its_own_goes_before_the_shared_one(opened):
    headers, _ = opened(
        "{}",
        INDIGITALL_API_URL=ADDRESS,
        INDIGITALL_SERVER_KEY="shared",
        INDIGITALL_SERVER_KEY_7="own",
    )
    assert headers["Authorization"] == "ServerKey own"


def test_a_login_without_mail_or_password_names_both_variables(opened):
    with pytest.raises(NotConfiguredError, match="INDIGITALL_LOGIN_MAIL and INDIGITALL_LOGIN_PASS"):
        opened("auth: {mode: user_login}", INDIGITALL_API_URL=ADDRESS, INDIGITALL_LOGIN_MAIL=MAIL)
