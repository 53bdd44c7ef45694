import asyncio

import pytest

from lib.web.readiness import Readiness
from lib.web.routes import ASSETS


def run(awaitable):
    return asyncio.run(awaitable)


def test_health_says_ok_and_the_mode(client):
    answer = run(client("/health"))
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "auth_modes": ["dev"]}


def test_ready_names_the_data_version_and_the_model(client):
    answer = run(client("/ready"))
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "data_versions": {"demo": 12},
        "model_hash": "abc",
        "reasons": [],
    }


class TestNotReady:
    @pytest.fixture
    def readiness(self):
        return Readiness({}, "abc", ("the database does not answer",))

    def test_ready_answers_503_with_the_reasons(self, client):
        answer = run(client("/ready"))
        assert answer.status_code == 503
        assert answer.json()["reasons"] == ["the database does not answer"]


def test_the_old_address_of_the_board_moves_and_keeps_its_filters(client):
    answer = run(client("/tableros/visionamos?tenant=demo&entidad=Utrahuilca&periodo=ayer"))
    assert answer.status_code == 307
    assert (
        answer.headers["location"] == "/conversaciones?tenant=demo&entidad=Utrahuilca&periodo=ayer"
    )
    assert run(client("/tableros/visionamos")).headers["location"] == "/conversaciones"


def test_the_start_page_is_ours_and_asks_again_each_time(client, session_of):
    answer = run(client("/", cookie=session_of("demo")))
    assert answer.text == "<html lang='es'>shell</html>"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", sorted(path.name for path in ASSETS.iterdir()))
def test_our_own_files_are_served_to_everybody(client, name):
    assert run(client(f"/recursos/{name}")).status_code == 200


def test_no_other_file_is_served(client):
    assert run(client("/recursos/../app.py")).status_code == 404
    assert run(client("/recursos/%2e%2e/app.py")).status_code == 404
