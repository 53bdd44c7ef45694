"""Hostile requests, as bytes, to the application as it is served: each gets the answer it must.

Whatever comes, no answer tells a reason, a library, another project or the request itself; all have
the security headers; and the sessions of two projects are open afterwards.
"""

from collections import Counter
from urllib.parse import urlsplit

import httpx
import pytest

from lib.db.scoped import close_app_connections
from tests.support.attacked import MARK, World, check_head, check_silence, check_then, is_ours
from tests.support.raw_http import exchange
from tests.support.served_app import fresh_server
from tests.support.web_requests import web_requests


@pytest.fixture(scope="module")
def world(module_database, tmp_path_factory):
    """Two servers over one database: every way in but the demo's, and the demo's."""
    folder = tmp_path_factory.mktemp("attacked")
    attacked = World(module_database, folder)
    attacked.logs = [folder / "entrance.log", folder / "dev.log"]
    with (
        fresh_server(attacked.logs[0], **attacked.modes) as entrance,
        fresh_server(attacked.logs[1]) as dev,
    ):
        attacked.servers = {"entrance": entrance, "dev": dev}
        yield attacked
    close_app_connections()


@pytest.mark.parametrize(
    ("number", "request_"),
    list(enumerate(web_requests())),
    ids=[f"{one.technique}: {one.id}" for one in web_requests()],
)
def test_a_hostile_request_gets_its_answer_and_nothing_else(world, number, request_):
    server = request_.server
    port = urlsplit(world.servers[server]).port
    # an address of its own for each: one that is refused too often would be told to wait
    source = f"127.1.{number // 200}.{number % 200 + 1}"
    heard = exchange(port, request_.content(world.places(server)), source)
    assert heard.status in request_.status
    assert len(heard.statuses) == (1 if heard.status else 0)
    assert heard.seconds < float(request_.then.get("seconds", 5))
    assert world.open_sessions(server) == ["demo", "andina"]
    if heard.status:
        check_head(heard)
        check_silence(heard)
        assert heard.status < 400 or is_ours(heard, request_)
        check_then(heard, request_.then)


def test_after_all_of_them_no_log_holds_a_token_a_session_or_what_was_sent(world):
    assert len(world.tokens) > 20
    sent = [MARK, *world.tokens, *(one for own in world.secrets.values() for one in own.values())]
    for log in world.logs:
        text = log.read_text(encoding="utf-8")
        assert "app_started" in text
        assert [line for line in text.splitlines() if any(word in line for word in sent)] == []
        assert "Traceback" not in text


def test_after_all_of_them_both_servers_serve(world):
    for address in world.servers.values():
        assert httpx.get(f"{address}/health", trust_env=False).status_code == 200


def test_the_corpus_is_as_large_and_as_varied_as_it_must_be():
    corpus = web_requests()
    assert len(corpus) >= 150
    assert len({one.technique for one in corpus}) >= 12
    assert len({(one.technique, one.id) for one in corpus}) == len(corpus)
    assert sum(one.variant for one in corpus) * 5 <= len(corpus)
    assert min(Counter(one.technique for one in corpus).values()) >= 5
