"""Asking the API: the credential, the waits, and which status counts."""

import httpx
import pytest

from lib.indigitall.access import http_client
from lib.indigitall.answers import csv_text, json_envelope
from lib.indigitall.client import IndigitallClient
from lib.indigitall.credentials import HeaderCredential
from lib.indigitall.endpoints import AGENT_CONVERSATIONS, APPLICATIONS, CHAT_HISTORY, CONTACTS
from lib.indigitall.errors import (
    BadRequestError,
    CredentialError,
    EncodingError,
    ForbiddenError,
    NotFoundError,
    NotOfferedError,
    RateLimitedError,
    ServerFailureError,
    TruncatedAnswerError,
    UnexpectedFormatError,
    UnreachableError,
)
from lib.indigitall.retries import Retries

KEY = "33333333-0000-4000-8000-000000000000"
CREDENTIAL = HeaderCredential("Authorization", f"ServerKey {KEY}")


class Api:
    """Answers with what it is given, one after the other, the last one for ever."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []
        self.waits = []
        retries = Retries(sleep=self.waits.append, jitter=lambda: 0.0)
        http = http_client("http://api.example", httpx.MockTransport(self.handle))
        self.client = IndigitallClient(http, 7, CREDENTIAL, retries)

    def handle(self, request):
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def read(self, endpoint=CONTACTS, **parameters):
        judge = csv_text if endpoint.response == "csv" else json_envelope
        return self.client.read(endpoint, parameters, lambda answer: judge(answer, endpoint))


def body(status, message="", http=200):
    return httpx.Response(http, json={"statusCode": status, "message": message, "data": []})


GOOD = body(200)


def test_a_request_carries_the_key_the_project_and_what_it_accepts():
    api = Api(GOOD)
    api.read(limit="100")

    (request,) = api.requests
    assert request.headers["Authorization"] == f"ServerKey {KEY}"
    assert request.headers["Accept"] == "application/json"
    assert request.headers["User-Agent"].startswith("indigitall-analytics")
    assert dict(request.url.params) == {"limit": "100", "applicationId": "7"}


def test_fixed_parameters_are_sent_even_when_empty_and_a_list_of_projects_names_none():
    api = Api(GOOD)
    api.read(AGENT_CONVERSATIONS)
    api.read(APPLICATIONS)

    assert dict(api.requests[0].url.params) == {"email": "", "applicationId": "7"}
    assert dict(api.requests[1].url.params) == {}


@pytest.mark.parametrize(
    ("status", "message", "error"),
    [
        (400, "one or both dates are invalid", BadRequestError),
        (401, "access token is not valid", CredentialError),
        (403, "operation forbidden, more than 7 days", ForbiddenError),
        (404, "not found", NotFoundError),
        (404, "route not found", NotOfferedError),
        (409, "duplicate", BadRequestError),
    ],
)
@pytest.mark.parametrize("http", [200, None], ids=["only in the body", "in HTTP as well"])
def test_the_status_in_the_body_counts_as_much_as_the_one_of_http(status, message, error, http):
    api = Api(body(status, message, http or status))

    with pytest.raises(error, match=f"contacts: .*{status} came") as caught:
        api.read()

    assert type(caught.value) is error
    assert api.waits == []


def test_a_body_that_claims_success_does_not_overrule_http():
    with pytest.raises(ServerFailureError):
        Api(body(200, http=500)).read()


def test_a_404_that_is_no_envelope_is_a_route_nobody_offers():
    with pytest.raises(NotOfferedError):
        Api(httpx.Response(404, text="<html>Not Found</html>")).read()


@pytest.mark.parametrize(
    "trouble",
    [
        body(429),
        httpx.Response(429),
        body(500, http=200),
        httpx.Response(502, text="Bad Gateway"),
        httpx.Response(503),
        httpx.Response(504),
        httpx.ReadTimeout("slow"),
        httpx.ConnectError("refused"),
        httpx.RemoteProtocolError("dropped"),
        httpx.Response(200, content=b'{"statusCode": 200, "data": [{"id"'),
    ],
    ids=str,
)
def test_what_may_heal_is_asked_again(trouble):
    api = Api(trouble, trouble, GOOD)

    assert api.read()["statusCode"] == 200
    assert api.waits == [1.0, 2.0]


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (httpx.Response(429), RateLimitedError),
        (httpx.Response(500), ServerFailureError),
        (httpx.ReadTimeout("slow"), UnreachableError),
        (httpx.Response(200, content=b'{"data": ['), TruncatedAnswerError),
    ],
)
def test_after_five_more_tries_the_last_trouble_is_raised(trouble, error):
    api = Api(trouble)

    with pytest.raises(error, match="contacts"):
        api.read()

    assert api.waits == [1.0, 2.0, 4.0, 8.0, 16.0]
    assert len(api.requests) == 6


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "0"}, 1.0),
        ({"Retry-After": "soon"}, 1.0),
        (
            {
                "Date": "Tue, 17 Feb 2026 15:00:00 GMT",
                "Retry-After": "Tue, 17 Feb 2026 15:00:30 GMT",
            },
            30.0,
        ),
        ({"Retry-After": "Tue, 17 Feb 2026 15:00:30 GMT"}, 1.0),
    ],
)
def test_the_wait_is_the_one_the_api_asks_for_when_it_is_longer(headers, wait):
    api = Api(httpx.Response(429, headers=headers), GOOD)
    api.read()
    assert api.waits == [wait]


def test_a_wait_longer_than_two_minutes_is_left_to_the_schedule():
    api = Api(httpx.Response(429, headers={"Retry-After": "3600"}))

    with pytest.raises(RateLimitedError):
        api.read()

    assert api.waits == []


def test_waits_are_up_to_a_quarter_longer_so_that_runs_do_not_march_in_step():
    retries = Retries(jitter=lambda: 1.0)
    assert [retries.delay_s(attempt, 0.0) for attempt in range(5)] == [1.25, 2.5, 5, 10, 20]


def test_accents_survive_a_csv_that_names_no_charset():
    answer = httpx.Response(200, content="año\n".encode(), headers={"content-type": "text/csv"})
    assert Api(answer).read(CHAT_HISTORY) == "año\n"


@pytest.mark.parametrize("endpoint", [CHAT_HISTORY, CONTACTS])
def test_a_body_that_is_not_utf_8_names_the_first_bad_byte(endpoint):
    with pytest.raises(EncodingError) as caught:
        Api(httpx.Response(200, content="año".encode("latin-1"))).read(endpoint)
    assert caught.value.offset == 1


@pytest.mark.parametrize("content", [b"", b"<html></html>", b"[1, 2]", b'{"data": NaN}'])
def test_something_else_than_an_envelope_is_an_error_of_its_own(content):
    with pytest.raises(UnexpectedFormatError):
        Api(httpx.Response(200, content=content)).read()
