"""The application as it stands in production: behind Caddy, which it trusts, and attacked there."""

import ssl
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from infra.children import find_free_port
from lib.db.scoped import close_app_connections
from tests.support.attacked import MARK, World, check_head, check_silence, check_then
from tests.support.compose import answers, caddy, process, wait_for
from tests.support.raw_http import exchange
from tests.support.served_app import fresh_server
from tests.support.web_requests import web_requests

# what Caddy itself may refuse, correct or cut off before the application sees it
OF_THE_WIRE = {
    "request smuggling",
    "host header",
    "bodies and heads",
    "paths",
    "methods",
    "cookies",
}
# bodies that do not come are waited for by Caddy, half a minute at most
CORPUS = [
    one
    for one in web_requests()
    if one.server == "entrance" and one.technique != "bodies and heads"
]
COOKIE = "__Host-indigitall_session"


@contextmanager
def behind_caddy(world, folder, site, **environment):
    """The served application behind Caddy at `site`."""
    log = folder / "app.log"
    settings = {**world.modes, "BASE_URL": site, "TRUSTED_PROXIES": "127.0.0.1"}
    with fresh_server(log, **settings) as inner:
        command, own, health = caddy(folder, site, urlsplit(inner).port)
        access = folder / "caddy.log"
        with process(command, {**own, **environment}, access) as running:
            wait_for(lambda: answers(health), running, access)
            world.logs = [log, access]
            yield site


@pytest.fixture(scope="module")
def world(module_database, tmp_path_factory):
    folder = tmp_path_factory.mktemp("behind")
    attacked = World(module_database, folder)
    site = f"http://127.0.0.1:{find_free_port(0)}"
    with behind_caddy(attacked, folder, site):
        attacked.servers = {"entrance": site}
        yield attacked
    close_app_connections()


@pytest.mark.parametrize(
    ("number", "request_"),
    list(enumerate(CORPUS)),
    ids=[f"{one.technique}: {one.id}" for one in CORPUS],
)
def test_a_hostile_request_gets_no_further_through_the_proxy(world, number, request_):
    port = urlsplit(world.servers["entrance"]).port
    content = request_.content(world.places("entrance"))
    heard = exchange(port, content, f"127.2.{number // 200}.{number % 200 + 1}", linger=0.5)
    if heard.status not in request_.status:
        is_refused = heard.status in {0, 100, 308} or heard.status >= 400
        # Caddy has an empty 200 for hosts it does not know
        never_arrived = heard.body == "" and not heard.values("x-request-id")
        assert never_arrived or (is_refused and request_.technique in OF_THE_WIRE)
    assert world.open_sessions("entrance") == ["demo", "andina"]
    if heard.status in request_.status and request_.technique not in OF_THE_WIRE:
        check_head(heard)
        check_silence(heard)
        check_then(heard, request_.then)
    assert MARK.encode() not in heard.whole


def test_after_all_of_them_neither_log_holds_a_token_a_session_or_what_was_sent(world):
    sent = [MARK, *world.tokens, *world.secrets["entrance"].values()]
    for log in world.logs:
        text = log.read_text(encoding="utf-8")
        assert [line for line in text.splitlines() if any(word in line for word in sent)] == []
    assert world.tokens


def test_the_application_knows_visitors_by_the_address_that_caddy_saw(world):
    site = world.servers["entrance"]
    port = urlsplit(site).port
    head = f"GET /conversaciones HTTP/1.1\r\nHost: {urlsplit(site).netloc}\r\n"
    content = f"{head}X-Forwarded-For: 9.9.9.9\r\nConnection: close\r\n\r\n".encode()
    assert exchange(port, content, "127.3.0.7").status == 200
    text = world.logs[0].read_text(encoding="utf-8")
    assert '"address": "127.3.0.7"' in text
    assert "9.9.9.9" not in text


@pytest.fixture(scope="module")
def tls(module_database, world, tmp_path_factory):
    """The same with TLS, as people come: the site, and whom to trust."""
    folder = tmp_path_factory.mktemp("tls")
    site = f"https://localhost:{find_free_port(0)}"
    before = world.logs
    with behind_caddy(world, folder, site, SITE_TLS="tls internal"):
        authority = folder / "data/caddy/pki/authorities/local/root.crt"
        log = world.logs[1]
        wait_for(authority.exists, _Alive, log)
        trust = ssl.create_default_context(cafile=str(authority))
        wait_for(lambda: answers(f"{site}/health", verify=trust), _Alive, log)
        yield site, trust
    world.logs = before


class _Alive:
    """Stands for a process that another fixture watches."""

    @staticmethod
    def poll():
        return None


def test_entering_by_tls_gives_a_cookie_of_this_host_alone_and_a_clean_address(world, tls):
    site, trust = tls
    token = world.token()
    with httpx.Client(verify=trust, trust_env=False, base_url=site) as browser:
        entered = browser.get(f"/conversaciones?periodo=ayer&token={token}")
        opened = browser.get("/conversaciones")
    assert (entered.status_code, opened.status_code) == (303, 200)
    assert entered.headers["location"] == "/conversaciones?periodo=ayer"
    flags = entered.headers["set-cookie"].split("; ")
    assert flags[0].startswith(f"{COOKIE}=")
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= set(flags)
    policy = opened.headers["content-security-policy"]
    assert f"connect-src 'self' wss://{urlsplit(site).netloc}" in policy
    for name in ("strict-transport-security", "x-content-type-options", "referrer-policy"):
        assert len(opened.headers.get_list(name)) == 1
    assert opened.headers["cache-control"] == "no-store"
    assert not {"server", "via"} & set(opened.headers)


@pytest.mark.parametrize(
    ("origin", "status"), [(None, 101), ("https://evil.test", 403), ("http://localhost", 403)]
)
def test_by_tls_a_socket_is_opened_by_our_own_page_only(world, tls, origin, status):
    site, trust = tls
    address = f"{site.replace('https', 'wss', 1)}/_stcore/stream"
    options = {"ssl": trust, "proxy": None, "subprotocols": ["streamlit"]}
    if status == 101:
        with connect(address, origin=site, **options) as opened:
            assert opened.response.status_code == status
        return
    with pytest.raises(InvalidStatus) as refused, connect(address, origin=origin, **options):
        raise AssertionError("the socket was opened")
    assert refused.value.response.status_code == status


def test_by_tls_another_host_than_the_one_that_was_certified_is_refused(world, tls):
    site, trust = tls
    answer = httpx.get(f"{site}/health", headers={"host": "evil.test"}, verify=trust)
    assert answer.status_code == 421


def test_by_tls_leaving_needs_a_page_of_ours(world, tls):
    site, trust = tls
    with httpx.Client(verify=trust, trust_env=False, base_url=site) as browser:
        browser.get(f"/?token={world.token()}")
        foreign = browser.post("/salir", headers={"origin": "https://evil.test"})
        own = browser.post("/salir", headers={"origin": site})
    assert (foreign.status_code, own.status_code) == (403, 303)
    assert COOKIE in own.headers["set-cookie"]
