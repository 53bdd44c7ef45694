"""The small commands that containers start with, each with what it does when something is wrong."""

import json

import httpx
import pytest

from infra import prefect_worker
from infra.children import find_free_port
from infra.is_up import is_up
from infra.prefect_worker import POOL, WorkerError, make_pool
from tests.support.served_api import served


class FakePrefect:
    """Prefect's API as far as the worker asks for it; remembers the pools it was given."""

    def __init__(self, status):
        self.status = status
        self.pools = []

    def __call__(self, request):
        if request.method == "GET":
            return httpx.Response(200, json=True)
        self.pools.append(json.loads(request.content))
        return httpx.Response(self.status, json={})


@pytest.fixture
def prefect(monkeypatch):
    """Makes the worker speak to a fake API that answers the new pool with this status."""

    def answering(status):
        fake = FakePrefect(status)
        real = httpx.Client

        def client(**options):
            return real(**options, transport=httpx.MockTransport(fake))

        monkeypatch.setattr(prefect_worker.httpx, "Client", client)
        return fake

    return answering


@pytest.mark.parametrize("status", [201, 409])
def test_the_pool_is_made_or_found(prefect, status):
    fake = prefect(status)
    make_pool("http://prefect-server:4200/api")
    assert fake.pools == [POOL]


def test_a_server_that_refuses_the_pool_is_named_with_its_answer(prefect):
    prefect(403)
    with pytest.raises(WorkerError, match="4200/api answered 403"):
        make_pool("http://prefect-server:4200/api")


def test_a_server_that_never_answers_is_given_up():
    address = f"http://127.0.0.1:{find_free_port(0)}/api"
    with pytest.raises(WorkerError, match=r"expected to answer within 0\.1 s"):
        make_pool(address, seconds=0.1)


def test_a_health_check_tells_a_good_answer_from_a_bad_one_and_from_none():
    class Api:
        def answer(self, request):
            return httpx.Response(200 if request.url.path == "/good" else 503)

    with served(Api()) as address:
        assert is_up(f"{address}/good")
        assert not is_up(f"{address}/bad")
    assert not is_up(f"http://127.0.0.1:{find_free_port(0)}/")
