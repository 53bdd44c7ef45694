"""Keys behind an address: asked for rarely, believed carefully, missed without a fall."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import jwt
import pytest
import yaml

from lib.auth import jwks
from lib.auth.issuers import Issuers
from lib.auth.jwks import KeySetUnavailableError, RemoteKeys, read_key_set
from lib.auth.verifier import Reason, TokenRefusedError, verify_token
from tests.lib.auth.signing import write_token
from tests.lib.auth.token_world import NOW, SECONDS, SOUTH, find_project, pem_of, rsa_key
from tests.support.key_server import key_server


def jwk(name, **changes):
    public = jwt.algorithms.RSAAlgorithm.to_jwk(rsa_key(name).public_key(), as_dict=True)
    return {**public, "kid": name, "alg": "RS256", "use": "sig", **changes}


class Clock:
    def __init__(self):
        self.seconds = 1_000.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def server():
    with key_server() as served:
        served.keys = [jwk("south")]
        yield served


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def keys(server, clock):
    return RemoteKeys(server.url, "RS256", clock)


def test_one_request_serves_ten_minutes(server, keys, clock):
    for _ in range(3):
        assert keys.find("south").key_id == "south"
    assert len(server.paths) == 1
    clock.seconds += 599
    keys.find("south")
    assert len(server.paths) == 1
    clock.seconds += 1
    keys.find("south")
    assert len(server.paths) == 2


def test_unknown_kids_make_us_ask_once_in_five_minutes_however_many_come(server, keys, clock):
    keys.find("south")
    clock.seconds += 300
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(keys.find, [f"inventado-{n}" for n in range(200)])) == {None}
    assert len(server.paths) == 2
    clock.seconds += 299
    assert keys.find("inventado") is None
    assert len(server.paths) == 2


def test_a_new_key_is_found_by_its_kid_and_a_withdrawn_one_is_gone(server, keys, clock):
    keys.find("south")
    server.keys = [jwk("south"), jwk("stranger")]
    assert keys.find("stranger") is None
    clock.seconds += 300
    assert keys.find("stranger").key_id == "stranger"
    server.keys = [jwk("stranger")]
    clock.seconds += 600
    assert keys.find("south") is None


@pytest.mark.parametrize(
    "trouble", ["down", "moved", "no JSON", "too long", "keys twice", "silent", "drips"]
)
def test_a_server_in_trouble_is_not_believed_and_what_was_known_serves_for_an_hour(
    server, keys, clock, trouble, monkeypatch
):
    monkeypatch.setattr(jwks, "OPERATION_S", 0.2)
    monkeypatch.setattr(jwks, "WHOLE_S", 0.5)
    keys.find("south")
    server.trouble = trouble
    clock.seconds += 3_599
    assert keys.find("south").key_id == "south"
    clock.seconds += 1
    with pytest.raises(KeySetUnavailableError):
        keys.find("south")
    assert "/moved.json" not in server.paths
    server.trouble = ""
    clock.seconds += 30
    assert keys.find("south").key_id == "south"


def test_a_server_that_never_answered_is_asked_again_after_half_a_minute_and_not_before(
    server, keys, clock
):
    server.trouble = "down"
    for _ in range(5):
        with pytest.raises(KeySetUnavailableError):
            keys.find("south")
    assert len(server.paths) == 1
    clock.seconds += 30
    with pytest.raises(KeySetUnavailableError):
        keys.find("south")
    assert len(server.paths) == 2


def test_nobody_listening_is_the_same_as_no_answer(clock):
    with pytest.raises(KeySetUnavailableError):
        RemoteKeys("http://127.0.0.1:9/jwks.json", "RS256", clock).find("south")


@pytest.mark.parametrize(
    ("why", "changes"),
    [
        ("for encryption", {"use": "enc"}),
        ("for signing, not verifying", {"key_ops": ["sign"]}),
        ("another algorithm", {"alg": "RS512"}),
        ("no kid", {"kid": None}),
        ("no modulus", {"n": ""}),
        ("exponent of one", {"e": "AQ"}),
        ("the private part published", {"d": "AQAB"}),
        ("another kind", {"kty": "EC"}),
    ],
)
def test_a_key_that_is_not_for_this_is_passed_over(why, changes):
    content = json.dumps({"keys": [jwk("stranger", **changes), jwk("south")]}).encode()
    assert list(read_key_set(content, "RS256")) == ["south"], why


@pytest.mark.parametrize(
    "keys",
    [
        [jwk("south"), jwk("stranger", kid="south")],
        [jwk("south"), {"kty": "oct", "kid": "s", "k": "QUFB"}],
        [jwk("south"), "key"],
        [jwk("south", kid=f"k{n}") for n in range(21)],
        {"south": jwk("south")},
    ],
    ids=["one kid twice", "a shared secret among them", "no object", "too many", "no list"],
)
def test_a_set_that_makes_no_sense_is_refused_whole(keys):
    with pytest.raises(KeySetUnavailableError):
        read_key_set(json.dumps({"keys": keys}).encode(), "RS256")


def test_tokens_are_verified_with_published_keys_and_the_token_never_says_where_they_are(
    server, tmp_path
):
    entry = {"iss": SOUTH, "audiences": ["analitica"], "algorithm": "RS256"}
    path = tmp_path / "issuers.yaml"
    path.write_text(
        yaml.safe_dump({"issuers": [{**entry, "keys": [{"jwks_url": server.url}]}]}), "utf-8"
    )
    issuers = Issuers.load(path)
    assert server.paths == []
    claims = {
        **{"iss": SOUTH, "aud": "analitica", "sub": "s-9", "jti": "1", "role": "director"},
        **{"project_id": 202, "iat": SECONDS, "exp": SECONDS + 300},
    }

    def verdict(header, key="south"):
        token = write_token({"alg": "RS256", **header}, claims, rsa_key(key), "RS256")
        try:
            return verify_token(token, issuers, NOW + timedelta(seconds=1), find_project).slug
        except TokenRefusedError as error:
            return error.reason

    assert verdict({"kid": "south", "jku": server.url}) is Reason.BAD_HEADER
    assert verdict({}) is Reason.UNKNOWN_KEY
    assert server.paths == []
    assert verdict({"kid": "south"}) == "sur"
    assert verdict({"kid": "stranger"}, key="stranger") is Reason.UNKNOWN_KEY
    assert verdict({"kid": "south"}, key="stranger") is Reason.BAD_SIGNATURE
    assert server.paths == ["/jwks.json"]


def test_a_kid_that_the_file_has_retired_is_not_looked_for_among_the_published(server, tmp_path):
    (tmp_path / "south.pem").write_bytes(pem_of(rsa_key("south")))
    retired = {"kid": "south", "public_key_file": "south.pem", "not_after": NOW.isoformat()}
    entry = {"iss": SOUTH, "audiences": ["analitica"], "algorithm": "RS256"}
    path = tmp_path / "issuers.yaml"
    keys = [retired, {"jwks_url": server.url}]
    path.write_text(yaml.safe_dump({"issuers": [{**entry, "keys": keys}]}), "utf-8")
    (issuer,) = Issuers.load(path)
    assert len(issuer.keys("south", NOW - timedelta(seconds=1))) == 1
    assert issuer.keys("south", NOW) == []
    assert server.paths == []


def test_a_token_is_refused_by_its_own_word_when_keys_cannot_be_had(tmp_path):
    entry = {"iss": SOUTH, "audiences": ["analitica"], "algorithm": "RS256"}
    keys = [{"jwks_url": "http://127.0.0.1:9/jwks.json"}]
    path = tmp_path / "issuers.yaml"
    path.write_text(yaml.safe_dump({"issuers": [{**entry, "keys": keys}]}), "utf-8")
    token = write_token({"alg": "RS256", "kid": "a"}, {"iss": SOUTH}, rsa_key("south"), "RS256")
    with pytest.raises(TokenRefusedError) as caught:
        verify_token(token, Issuers.load(path), NOW, find_project)
    assert caught.value.reason is Reason.KEYS_UNAVAILABLE
