"""The ways in by HTTP: redirect token and parent cookie."""

from datetime import timedelta

import pytest

from lib.auth.permissions import Role
from tests.support.door import HOST, cookie_in, last_refusal, session_in
from tests.support.visitors import NOW

CRM = "https://crm.example.com"


def test_a_token_in_the_address_of_a_page_is_gone_before_the_page_is_seen(ask, token_of):
    answer = ask("GET", f"/conversaciones?entidad=Norte&token={token_of()}&periodo=ayer")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/conversaciones?entidad=Norte&periodo=ayer"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    identity = session_in(answer).identity
    assert (identity.project_id, identity.subject) == (700700, "maria")
    assert (identity.mode, identity.role) == ("token", Role.OPERATIONS)
    opened = ask("GET", "/conversaciones", headers={"cookie": cookie_in(answer)})
    assert opened.text == "la página"


def test_under_https_the_cookie_is_secure_and_of_this_host_alone(ask, token_of):
    header = ask("GET", f"/?token={token_of()}").headers["set-cookie"]
    assert header.startswith("__Host-")
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= set(header.split("; "))
    assert "Domain" not in header


def test_a_token_opens_once(ask, token_of):
    token = token_of()
    assert ask("GET", f"/?token={token}").status_code == 303
    again = ask("GET", f"/?token={token}")
    assert again.status_code == 401
    assert last_refusal()[:2] == (700700, "already_used")
    assert last_refusal()[2] in again.text


def test_a_token_by_post_comes_from_the_issuers_origin_only(ask, token_of):
    form = {"token": token_of(), "next": "/conversaciones?entidad=Norte"}
    answer = ask("POST", "/auth/token", data=form, headers={"origin": CRM})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/conversaciones?entidad=Norte"
    foreign = ask(
        "POST", "/auth/token", data={"token": token_of()}, headers={"origin": "https://evil.test"}
    )
    assert foreign.status_code == 403
    assert last_refusal()[1] == "foreign_origin"


@pytest.mark.parametrize(
    "following",
    [
        "//evil.test/x",
        "https://evil.test/",
        "/\\evil.test",
        "\\\\evil.test",
        "https:evil.test",
        "javascript:alert(1)",
        "/nada",
        "/conversaciones/../salir",
        "http://[::1",
        "",
    ],
)
def test_after_entering_one_is_sent_to_a_page_of_ours_only(ask, token_of, following):
    form = {"token": token_of(), "next": following}
    answer = ask("POST", "/auth/token", data=form, headers={"origin": CRM})
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iat": int(NOW.timestamp()) - 600, "exp": int(NOW.timestamp()) - 300}, "expired"),
        ({"aud": "otra"}, "wrong_audience"),
        ({"iss": "otro"}, "unknown_issuer"),
        ({"project_id": 424242}, "unknown_project"),
        ({"role": "operator"}, "bad_role"),
    ],
)
def test_every_refused_token_gets_one_page_and_its_reason_is_in_the_log_alone(
    ask, token_of, changes, reason
):
    answer = ask("GET", f"/?token={token_of(**changes)}")
    _project, found, incident, issuer = last_refusal()
    other = ask("GET", "/?token=x")
    assert answer.status_code == other.status_code == 401
    assert answer.text.replace(incident, "") == other.text.replace(last_refusal()[2], "")
    assert found == reason
    assert issuer == (None if reason == "unknown_issuer" else "crm")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("origin", [None, "null", "", CRM.upper(), f"{CRM}:8443", f"{CRM}/"])
def test_a_post_that_does_not_tell_the_issuers_origin_opens_nothing(ask, token_of, origin):
    headers = {} if origin is None else {"origin": origin}
    answer = ask("POST", "/auth/token", data={"token": token_of()}, headers=headers)
    assert answer.status_code == 403


def test_the_page_of_one_issuer_cannot_post_the_token_of_another(ask, token_of):
    token = token_of()
    other = {"origin": "https://portal.example.net"}
    answer = ask("POST", "/auth/token", data={"token": token}, headers=other)
    assert answer.status_code == 401
    assert last_refusal()[1] == "foreign_origin"
    assert last_refusal()[3] == "crm"
    # the token was not used up by it
    posted = ask("POST", "/auth/token", data={"token": token}, headers={"origin": CRM})
    assert posted.status_code == 303


@pytest.mark.parametrize("knock", ["/?token=x", "/auth/token?token=x", "/auth/ticket?ticket=x"])
def test_a_refused_token_leaves_the_visitors_session_alone(ask, token_of, knock):
    entered = ask("GET", f"/?token={token_of()}")
    cookie = {"cookie": cookie_in(entered)}
    answer = ask("GET", knock, headers=cookie)
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert session_in(entered).identity.subject == "maria"
    assert ask("GET", "/", headers=cookie).text == "la página"


def test_an_address_refused_too_often_is_told_to_wait_and_good_tokens_enter_all_the_same(
    ask, token_of
):
    answers = [ask("GET", "/?token=x").status_code for _ in range(31)]
    assert answers == [401] * 30 + [429]
    before = last_refusal()
    slow = ask("GET", "/?token=x")
    assert int(slow.headers["retry-after"]) >= 1
    assert "Demasiados intentos" in slow.text
    assert last_refusal() == before
    assert ask("GET", f"/?token={token_of()}").status_code == 303


def test_a_person_who_enters_again_and_again_waits_and_her_colleague_does_not(ask, token_of):
    answers = [ask("GET", f"/?token={token_of(sub='prisa')}").status_code for _ in range(21)]
    assert answers == [303] * 20 + [429]
    assert ask("GET", f"/?token={token_of(sub='luis')}").status_code == 303
    assert ask("GET", f"/?token={token_of(900202, sub='prisa')}").status_code == 303


def test_two_tokens_in_one_address_are_none(ask, token_of):
    assert ask("GET", f"/?token={token_of()}&token={token_of()}").status_code == 401
    assert last_refusal()[1] == "several_tokens"


def test_entering_again_ends_the_session_before(ask, token_of):
    first = ask("GET", f"/?token={token_of()}")
    second = ask("GET", f"/?token={token_of(900202)}", headers={"cookie": cookie_in(first)})
    assert session_in(first) is None
    assert session_in(second).identity.project_id == 900202


def test_the_parent_domains_cookie_opens_a_session_that_ends_with_it(ask, token_of):
    parent = f"crm_token={token_of()}"
    answer = ask("GET", "/", headers={"cookie": parent})
    assert answer.text == "la página"
    assert session_in(answer).identity.mode == "cookie"
    assert session_in(answer, NOW + timedelta(minutes=4)) is not None
    assert session_in(answer, NOW + timedelta(minutes=5)) is None
    both = {"cookie": f"{parent}; {cookie_in(answer)}"}
    assert "set-cookie" not in ask("GET", "/", headers=both).headers


def test_who_leaves_at_the_parent_has_left_here(ask, token_of):
    answer = ask("GET", "/", headers={"cookie": f"crm_token={token_of()}"})
    without_parent = ask("GET", "/", headers={"cookie": cookie_in(answer)})
    assert without_parent.status_code == 200  # local mode: the page itself asks for a password
    assert session_in(answer) is None


def test_who_comes_back_as_somebody_else_is_somebody_else_here(ask, token_of):
    first = ask("GET", "/", headers={"cookie": f"crm_token={token_of()}"})
    other = f"crm_token={token_of(900202, sub='luis')}"
    second = ask("GET", "/", headers={"cookie": f"{other}; {cookie_in(first)}"})
    assert session_in(first) is None
    assert session_in(second).identity.subject == "luis"


def test_who_left_here_does_not_come_in_again_by_the_same_parent_cookie(ask, token_of):
    parent = f"crm_token={token_of()}"
    answer = ask("GET", "/", headers={"cookie": parent})
    both = {"cookie": f"{parent}; {cookie_in(answer)}"}
    left = ask("POST", "/salir", headers={**both, "origin": f"https://{HOST}"})
    assert left.status_code == 303
    assert session_in(answer) is None
    again = ask("GET", "/", headers={"cookie": parent})
    assert again.status_code == 401
    assert last_refusal()[1] == "left_before"
