"""An application under attack: its visitors, what requests need, and what answers must be like."""

import secrets
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import jwt

from lib.auth.accounts import Account, save_account
from lib.auth.permissions import Role
from lib.auth.refusal import Reason
from lib.auth.sessions import find_session
from lib.auth.tickets import issue_ticket, use_ticket
from tests.support.door import write_issuers
from tests.support.metric_world import PROJECT
from tests.support.pages import build_pages_world, secret_for
from tests.support.visitors import LIMITS, NOW, register
from tests.support.web import PROJECTS

MARK, ECHO = "lechuza", "golondrina"
NAME = "indigitall_session"
ALWAYS = (
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "permissions-policy",
    "cross-origin-resource-policy",
    "cross-origin-opener-policy",
)
INNER_WORDS = (
    *("traceback", "uvicorn", "starlette", "streamlit", "h11", "websockets/", "python"),
    *("invalid http", "foreign_origin", "not_a_demo", "several_tokens", "ticket_unusable"),
    *(reason.value for reason in Reason if "_" in reason.value),
)
FOREIGN_WORDS = ("Visionamos", "Cooperativa Andina", "Cliente Real", "evil.test")


class World:
    """Visitors of two projects in one database, and what the requests need.

    `servers` are addresses by the names that requests use, `logs` what the servers write.
    """

    def __init__(self, database, folder):
        self.servers = {}
        self.logs = []
        self.keys = {name: secrets.token_hex(32) for name in ("crm", "portal")}
        issuers = write_issuers(folder, self.keys)
        self.modes = {"AUTH_MODE": "token,cookie,local", "AUTH_ISSUERS_FILE": str(issuers)}
        build_pages_world(database)
        register(PROJECTS["real"])
        save_account(Account(PROJECT, "ana", "Ana", Role.SUPERVISOR), "tarde-de-junio-8", NOW)
        self.tokens = []
        crm = {"mode": "token", "issuer": "crm"}
        self.secrets = {
            "entrance": {slug: secret_for(slug, **crm) for slug in ("demo", "andina")},
            "dev": {slug: secret_for(slug) for slug in ("demo", "andina")},
        }

    def token(self, issuer="crm"):
        claims = {
            "iss": issuer,
            "aud": "analytics",
            "sub": f"persona {secrets.token_hex(4)}",
            "jti": secrets.token_hex(8),
            "iat": int(NOW.timestamp()),
            "exp": int((NOW + timedelta(minutes=5)).timestamp()),
            "project_id": PROJECT,
            "role": "operations",
        }
        self.tokens.append(jwt.encode(claims, self.keys[issuer], algorithm="HS256"))
        return self.tokens[-1]

    def spent(self):
        token = self.token()
        address = f"{self.servers['entrance']}/?token={token}"
        assert httpx.get(address, trust_env=False).status_code == 303
        return token

    def ticket(self):
        self.tokens.append(issue_ticket(Account(PROJECT, "ana", "Ana", Role.SUPERVISOR), NOW))
        return self.tokens[-1]

    def used_ticket(self):
        ticket = self.ticket()
        assert use_ticket(ticket, NOW) == "ana"
        return ticket

    def places(self, server):
        host = urlsplit(self.servers[server]).netloc
        own = self.secrets[server]
        return {
            "host": lambda: host,
            "demo": lambda: f"{NAME}={own['demo']}",
            "andina": lambda: f"{NAME}={own['andina']}",
            "secret": lambda: own["demo"],
            "token": self.token,
            "spent": self.spent,
            "other_token": lambda: self.token("portal"),
            "ticket": self.ticket,
            "used_ticket": self.used_ticket,
            "mark": lambda: MARK,
            "echo": lambda: ECHO,
            "long": lambda: "x" * 20_000,
            "seven_thousand": lambda: "a" * 7_000,
            "digits": lambda: "9" * 100,
            "chunks": lambda: f"400\r\n{'x' * 1_024}\r\n" * 100,
            "fields": lambda: "&".join(f"a{n}=1" for n in range(8_000)),
            "ranges": lambda: ",".join(f"{n}-" for n in range(1_000)),
        }

    def open_sessions(self, server):
        return [
            slug for slug, one in self.secrets[server].items() if find_session(one, NOW, LIMITS)
        ]


def check_head(heard):
    """The security headers are there, once each, and nothing tells what the server is."""
    assert [name for name in ALWAYS if len(heard.values(name)) != 1] == []
    told = {name for name, _ in heard.headers}
    assert not told & {"server", "via", "x-powered-by"}
    assert not [name for name in told if name.startswith("access-control-")]
    if heard.status >= 400:
        assert heard.values("cache-control") == ["no-store"]


def check_silence(heard):
    """The answer repeats nothing of the request and tells nothing about inside or others."""
    whole = heard.whole.decode("utf-8", "replace")
    assert [word for word in (MARK, ECHO, *FOREIGN_WORDS) if word in whole] == []
    if heard.status >= 400:
        assert [word for word in INNER_WORDS if word in whole.lower()] == []


def is_ours(heard, request_):
    """Whether an error is a page of ours, or nothing where only the head was asked for."""
    return heard.body == "" if request_.ask.startswith("HEAD") else "Indigitall" in heard.body


def check_then(heard, then):
    """What more was asked of the answer."""
    cookies = heard.values("set-cookie")
    if "location" in then:
        assert heard.values("location") == [then["location"]]
    if then.get("no_cookie"):
        assert [one for one in cookies if one.startswith(NAME)] == []
    if then.get("new_cookie"):
        (cookie,) = cookies
        assert cookie.startswith(f"{NAME}=")
        assert MARK not in cookie
        assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
    if then.get("no_store"):
        assert heard.values("cache-control") == ["no-store"]
    assert str(then.get("contains", "")) in heard.body
