"""The ticket of the form, the ways out, and what means nothing outside its mode."""

from lib.auth.accounts import Account
from lib.auth.permissions import Role
from lib.auth.sessions import end_sessions
from lib.auth.tickets import issue_ticket
from tests.support.door import HOST, cookie_in, last_refusal, session_in
from tests.support.visitors import NOW
from tests.support.web import PROJECTS


def test_a_ticket_of_the_form_opens_a_session_of_the_account(ask):
    account = Account(900202, "luz", "Luz Inventada", Role.ADMIN)
    ticket = issue_ticket(account, NOW)
    answer = ask("GET", f"/auth/ticket?ticket={ticket}&next=/conversaciones?periodo=ayer")
    assert answer.headers["location"] == "/conversaciones?periodo=ayer"
    identity = session_in(answer).identity
    assert (identity.project_id, identity.subject, identity.mode) == (900202, "luz", "local")
    assert ask("GET", f"/auth/ticket?ticket={ticket}").status_code == 401
    assert last_refusal()[1] == "ticket_unusable"


def test_an_address_alone_logs_nobody_out(ask, token_of):
    answer = ask("GET", f"/?token={token_of()}")
    asked = ask("GET", "/salir", headers={"cookie": cookie_in(answer)})
    assert asked.status_code == 200
    assert "¿Cerrar la sesión?" in asked.text
    assert session_in(answer) is not None


def test_leaving_everywhere_ends_the_persons_other_sessions_too(ask, token_of):
    here = ask("GET", f"/?token={token_of()}")
    elsewhere = ask("GET", f"/?token={token_of()}")
    colleague = ask("GET", f"/?token={token_of(sub='luis')}")
    headers = {"cookie": cookie_in(here), "origin": f"https://{HOST}"}
    left = ask("POST", "/salir", data={"todas": "1"}, headers=headers)
    assert "Max-Age=0" in left.headers["set-cookie"]
    assert (session_in(here), session_in(elsewhere)) == (None, None)
    assert session_in(colleague) is not None
    end_sessions(700700, NOW, reason="revoked")


def test_a_tenant_in_the_address_means_nothing_outside_dev_mode(ask, token_of):
    answer = ask("GET", f"/?token={token_of()}")
    opened = ask("GET", "/?tenant=demo", headers={"cookie": cookie_in(answer)})
    assert "set-cookie" not in opened.headers
    assert PROJECTS["demo"].slug not in opened.text


def test_a_body_that_is_no_form_is_refused(ask, token_of):
    answer = ask("POST", "/auth/token", json={"token": token_of()})
    assert answer.status_code == 415
