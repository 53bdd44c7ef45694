"""The signature layer decides the Wycheproof JWS vectors (C2SP/wycheproof, Apache-2.0).

They have no claims of ours, therefore form, header, key and signature are checked and no more.
"""

import json
from pathlib import Path

import jwt
import pytest

from lib.auth.compact import read_compact
from lib.auth.jwks import KeySetUnavailableError, read_key_set
from lib.auth.keys import WeakKeyError, key_from_jwk
from lib.auth.refusal import TokenRefusedError
from lib.auth.signature import check_signature

VECTORS = json.loads(
    Path(__file__).with_name("wycheproof_jws_subset.json").read_text(encoding="utf-8")
)
# The examples of RFC 7520 (4.2, 4.3) are signed with PS384 and ES512; the file labels their keys
# PS256 and ES521, and no algorithm is called ES521.
LABELS = {346: "PS384", 347: "ES512", 350: "PS384", 351: "ES512"}
# A question mark inside a segment: the file calls these two valid. RFC 7515 (2, 5.2) has no such
# character in base64url and a MAC over exactly what was received; refusing is the right answer.
CALLED_VALID = {372, 373}
# The padding that their comments speak of is not in the file: letter for letter they are vector
# 357, with the same key, which the file rightly calls valid.
CALLED_INVALID = {367, 370}
USUAL = {"RSA": "RS256", "EC": "ES256", "oct": "HS256"}


def accepts(key, jws, algorithm):
    try:
        check_signature(read_compact(jws), key, algorithm)
    except TokenRefusedError:
        return False
    return True


def accepts_by_key(jwk, vector):
    algorithm = LABELS.get(vector["tcId"]) or jwk.get("alg") or USUAL[jwk["kty"]]
    try:
        key = key_from_jwk({**jwk, "alg": algorithm}, algorithm)
    except WeakKeyError:
        return False
    return accepts(key, vector["jws"], algorithm)


def accepts_by_set(keyset, vector):
    algorithm = keyset["keys"][0]["alg"]
    try:
        keys = read_key_set(json.dumps(keyset).encode(), algorithm)
        key = keys[read_compact(vector["jws"]).kid]
    except (KeySetUnavailableError, KeyError):
        return False
    return accepts(key, vector["jws"], algorithm)


SINGLE = [
    pytest.param(group["key"], vector, id=f"{vector['tcId']} {vector['comment']}")
    for group in VECTORS["signature_groups"]
    for vector in group["tests"]
]
SETS = [
    pytest.param(group["keyset"], vector, id=f"{vector['tcId']} {vector['comment']}")
    for group in VECTORS["keyset_groups"]
    for vector in group["tests"]
]


def test_every_vector_of_the_file_is_decided():
    assert (len(SINGLE), len(SETS)) == (126, 26)
    assert VECTORS["source"].startswith("C2SP/wycheproof")


@pytest.mark.parametrize(("jwk", "vector"), SINGLE)
def test_a_vector_with_one_key_is_decided_as_it_should_be(jwk, vector):
    is_valid = (vector["result"] == "valid") is not (
        vector["tcId"] in CALLED_VALID | CALLED_INVALID
    )
    assert accepts_by_key(jwk, vector) is is_valid


@pytest.mark.parametrize(("keyset", "vector"), SETS)
def test_a_vector_with_a_set_of_keys_is_decided_as_it_should_be(keyset, vector):
    assert accepts_by_set(keyset, vector) is (vector["result"] == "valid")


def test_four_vectors_are_decided_otherwise_than_the_file_says_because_it_contradicts_itself():
    group = next(g for g in VECTORS["signature_groups"] if g["comment"] == "base64")
    vectors = {vector["tcId"]: vector for vector in group["tests"]}
    good = vectors[357]["jws"]
    assert vectors[357]["result"] == "valid"
    for number in CALLED_INVALID:
        assert (vectors[number]["jws"], vectors[number]["result"]) == (good, "invalid")
    for number in CALLED_VALID:
        assert vectors[number]["result"] == "valid"
        assert vectors[number]["jws"] != good
        assert vectors[number]["jws"].replace("?", "") == good
        with pytest.raises(jwt.InvalidTokenError):
            jwt.PyJWS().decode(vectors[number]["jws"], jwt.PyJWK(group["key"]), ["HS256"])
