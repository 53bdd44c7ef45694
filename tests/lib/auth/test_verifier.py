"""Every token of the corpus gets its verdict; what a good one becomes; who is never asked."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lib.auth.permissions import Role
from lib.auth.verifier import Reason, TokenRefusedError, verify_token
from tests.lib.auth.signing import write_token
from tests.lib.auth.token_corpus import CORPUS, GOOD
from tests.lib.auth.token_world import (
    NORTH,
    NOW,
    PROJECTS,
    SECONDS,
    SOUTH,
    build_world,
    ec_key,
    find_project,
    pem_of,
    rsa_key,
)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return build_world(tmp_path_factory.mktemp("issuers"))


def verdict(token, world, now=NOW):
    try:
        verify_token(token, world.issuers, now, find_project)
    except TokenRefusedError as error:
        return error.reason
    return None


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: f"{case.technique}: {case.name}")
def test_every_token_of_the_corpus_gets_its_verdict(case, world):
    assert verdict(case.build(world), world) == case.reason


def test_the_corpus_is_large_of_many_ideas_and_has_every_reason_that_form_and_claims_can_give():
    assert len(CORPUS) >= 100
    assert len([case for case in CORPUS if case.is_variant]) * 5 <= len(CORPUS)
    names = [(case.technique, case.name) for case in CORPUS]
    assert len(set(names)) == len(names)
    elsewhere = {Reason.KEYS_UNAVAILABLE, Reason.ALREADY_USED}
    assert {case.reason for case in CORPUS} == {*Reason, None} - elsewhere


def test_a_good_token_becomes_a_person_of_one_project(world):
    north = verify_token(GOOD[0].build(world), world.issuers, NOW, find_project)
    assert (north.project_id, north.slug, north.subject) == (101, "norte", "u-17")
    assert (north.role, north.entities, north.name) == (Role.DIRECTOR, None, None)
    assert (north.issuer, north.jti) == (NORTH, "una-vez-0001")
    assert north.issued_at == datetime.fromtimestamp(SECONDS - 10, UTC)
    assert north.expires_at == datetime.fromtimestamp(SECONDS + 290, UTC)

    south = verify_token(GOOD[1].build(world), world.issuers, NOW, find_project)
    assert (south.project_id, south.slug, south.subject) == (202, "sur", "s-9")
    assert (south.role, south.issuer) == (Role.SUPERVISOR, SOUTH)


def test_entities_and_name_are_those_of_the_token(world):
    claims = {**world.claims(NORTH), "entities": ["cali", "pasto"], "name": "Ana Ñustes"}
    token = write_token(world.header(NORTH), claims, world.secret, "HS256")
    verified = verify_token(token, world.issuers, NOW, find_project)
    assert verified.entities == ("cali", "pasto")
    assert verified.name == "Ana Ñustes"


def test_a_public_key_is_no_shared_secret(world):
    public = rsa_key("south").public_key()
    pem, der = pem_of(rsa_key("south")), public.public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )  # fmt: skip
    for key in (pem, pem.rstrip(), der):
        header = {"alg": "HS256", "typ": "JWT", "kid": "sur-1"}
        token = write_token(header, world.claims(SOUTH), key, "HS256")
        assert verdict(token, world) is Reason.WRONG_ALGORITHM


@pytest.mark.parametrize("algorithm", ["none", "HS384", "HS512", "RS256", "PS256", "ES256"])
def test_an_issuer_has_one_algorithm_even_when_the_signature_would_hold(algorithm, world):
    key = {"RS256": rsa_key("south"), "PS256": rsa_key("south")}.get(algorithm, world.secret)
    header = {**world.header(NORTH), "alg": algorithm}
    claims = world.claims(NORTH)
    if algorithm == "ES256":
        token = jwt.encode(claims, ec_key(), algorithm="ES256", headers={"kid": "norte-1"})
    else:
        token = write_token(header, claims, key, algorithm)
    assert verdict(token, world) is Reason.WRONG_ALGORITHM


@pytest.mark.parametrize("algorithm", ["PS256", "RS512"])
def test_another_way_of_signing_with_the_right_key_is_refused_though_the_header_says_rs256(
    algorithm, world
):
    signed = write_token(world.header(SOUTH), world.claims(SOUTH), rsa_key("south"), algorithm)
    assert verdict(signed, world) is Reason.BAD_SIGNATURE


def test_keys_of_strangers_sign_nothing(world):
    other = write_token(world.header(SOUTH), world.claims(SOUTH), rsa_key("stranger"), "RS256")
    assert verdict(other, world) is Reason.BAD_SIGNATURE
    empty = write_token(world.header(NORTH), world.claims(NORTH), b"", "HS256")
    assert verdict(empty, world) is Reason.BAD_SIGNATURE


def test_a_retired_key_counts_until_its_end_and_not_at_it(world):
    claims = {**world.claims(NORTH), "iat": SECONDS - 60}
    header = {**world.header(NORTH), "kid": "norte-0"}
    token = write_token(header, claims, world.retired_secret, "HS256")
    assert verdict(token, world, NOW - timedelta(seconds=1)) is None
    assert verdict(token, world, NOW) is Reason.UNKNOWN_KEY


def test_the_clock_is_the_one_given(world):
    token = GOOD[1].build(world)
    last = NOW + timedelta(seconds=290)
    assert verdict(token, world, last - timedelta(microseconds=1)) is None
    assert verdict(token, world, last) is Reason.EXPIRED
    assert verdict(token, world, NOW - timedelta(seconds=11)) is Reason.ISSUED_IN_FUTURE


def test_the_project_is_asked_for_only_by_tokens_that_are_right_in_everything_else(world):
    asked = []

    def ask(project_id):
        asked.append(project_id)
        return find_project(project_id)

    for case in CORPUS:
        if case.reason not in {None, Reason.UNKNOWN_PROJECT}:
            with pytest.raises(TokenRefusedError):
                verify_token(case.build(world), world.issuers, NOW, ask)
    assert asked == []


def test_a_project_other_than_the_one_asked_for_is_refused(world):
    def confused(project_id):
        return replace(PROJECTS[101], project_id=project_id + 1)

    with pytest.raises(TokenRefusedError) as caught:
        verify_token(GOOD[0].build(world), world.issuers, NOW, confused)
    assert caught.value.reason is Reason.UNKNOWN_PROJECT


def test_no_part_of_a_token_or_of_a_secret_stands_in_an_error_or_in_the_log(world, caplog):
    caplog.set_level(logging.DEBUG)
    told = []
    for case in CORPUS:
        token = case.build(world)
        try:
            told.append(repr(verify_token(token, world.issuers, NOW, find_project)))
        except TokenRefusedError as error:
            chain = [
                error,
                error.__cause__,
                error.__context__ if not error.__suppress_context__ else None,
            ]
            told += [f"{one!s} {one!r} {vars(one)}" for one in chain if one]
    everything = "\n".join([*told, caplog.text, repr(list(world.issuers))])
    assert world.secret.decode() not in everything
    assert "una-vez-0001" not in everything
    assert "eyJ" not in everything
    assert "malo.example" not in everything


def test_nothing_is_accepted_where_no_issuer_is_configured(world):
    empty = replace(world, issuers=type(world.issuers)())
    assert {verdict(case.build(world), empty) for case in GOOD} == {Reason.UNKNOWN_ISSUER}
