"""Whatever comes, the answer is a person or a refusal, and nothing else."""

import json

import pytest

from lib.auth.verifier import TokenRefusedError, VerifiedToken, verify_token
from tests.lib.auth.signing import segment, signature, write_token
from tests.lib.auth.token_corpus import GOOD
from tests.lib.auth.token_world import NORTH, NOW, SOUTH, build_world, find_project

STRANGE = [
    None, True, False, 0, 1, -1, 101, 202, 2**31, 2**63, 2**64, 10**400, 0.0, -0.0, 1e308, 101.0,
    "", " ", "0", "101", "202", "null", "\0", "\n", "\u202e101", "１０１", "a" * 1_000, "' or 1=1",
    [], [[]], [None], [101], ["101"], ["analytics", None], {}, {"": ""}, {"$ne": 1}, {"101": 101},
]  # fmt: skip
RAW = ["NaN", "-Infinity", "1e999", "-", "01", '"\\ud800"', '"\\u0000"', "[" * 400 + "]" * 400]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return build_world(tmp_path_factory.mktemp("issuers"))


def outcome(token, world):
    try:
        return verify_token(token, world.issuers, NOW, find_project)
    except TokenRefusedError as error:
        return error.reason


@pytest.mark.parametrize("case", GOOD, ids=["secret", "key pair"])
def test_no_single_character_of_a_token_can_be_changed_added_or_left_out(case, world):
    token = case.build(world)
    assert isinstance(outcome(token, world), VerifiedToken)
    for place, character in enumerate(token):
        other = "B" if character == "A" else "A"
        for spoiled in (
            token[:place] + other + token[place + 1 :],
            token[:place] + token[place + 1 :],
            token[:place] + character + token[place:],
        ):
            assert not isinstance(outcome(spoiled, world), VerifiedToken), place


@pytest.mark.parametrize("issuer", [NORTH, SOUTH])
def test_strange_values_in_any_claim_give_a_person_of_the_same_project_or_a_refusal(issuer, world):
    good = world.claims(issuer)
    header, key = world.header(issuer), world.key(issuer)
    optional = {"nbf": 1, "entities": ["x"], "name": "x", "otra": 1}
    for claim in {**good, **optional}:
        for value in STRANGE:
            token = write_token(header, {**good, claim: value}, key, header["alg"])
            found = outcome(token, world)
            if isinstance(found, VerifiedToken) and claim not in {"project_id", "tenant"}:
                assert found.project_id == (101 if issuer == NORTH else 202)


@pytest.mark.parametrize("issuer", [NORTH, SOUTH])
def test_strange_text_in_place_of_a_value_is_refused_or_of_no_weight(issuer, world):
    header, key = world.header(issuer), world.key(issuer)
    for raw in RAW:
        for claim in world.claims(issuer):
            others = {k: v for k, v in world.claims(issuer).items() if k != claim}
            text = f'{{"{claim}":{raw},' + json.dumps(others)[1:]
            signing_input = f"{segment(header)}.{segment(text)}"
            signed = segment(signature(signing_input, key, header["alg"]))
            assert not isinstance(outcome(f"{signing_input}.{signed}", world), VerifiedToken), text
