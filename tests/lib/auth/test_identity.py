from datetime import UTC, datetime, timedelta

import jwt
import pytest

from lib.auth.identity import (
    ALGORITHM,
    Identity,
    InvalidIdentityError,
    issue_token,
    read_token,
    signing_key,
)

NOW = datetime(2026, 2, 17, 15, 0, tzinfo=UTC)
KEY = signing_key("una-clave-maestra-inventada-para-pruebas-0001")
OTHER_KEY = signing_key("otra-clave-maestra-inventada-para-pruebas-0002")
DEMO = Identity(project_id=900101, slug="demo", mode="dev")
ANDINA = Identity(project_id=900202, slug="andina", mode="dev")


def good_claims():
    token = issue_token(DEMO, NOW, KEY)
    return jwt.decode(token, options={"verify_signature": False})


def signed(**changes):
    claims = {**good_claims(), **changes}
    return jwt.encode({k: v for k, v in claims.items() if v is not ...}, KEY, algorithm=ALGORITHM)


@pytest.mark.parametrize("identity", [DEMO, ANDINA])
def test_a_token_gives_back_the_identity_it_was_made_for(identity):
    assert read_token(issue_token(identity, NOW, KEY), NOW, KEY) == identity


def test_a_token_signed_with_another_secret_is_refused():
    with pytest.raises(InvalidIdentityError):
        read_token(issue_token(DEMO, NOW, OTHER_KEY), NOW, KEY)


def test_a_token_lasts_twelve_hours_and_not_a_second_more():
    token = issue_token(DEMO, NOW, KEY)
    assert read_token(token, NOW + timedelta(hours=11, minutes=59), KEY) == DEMO
    with pytest.raises(InvalidIdentityError):
        read_token(token, NOW + timedelta(hours=12), KEY)


def test_a_token_of_the_future_is_refused():
    with pytest.raises(InvalidIdentityError):
        read_token(issue_token(DEMO, NOW + timedelta(hours=1), KEY), NOW, KEY)


def test_an_altered_token_is_refused():
    head, body, signature = issue_token(DEMO, NOW, KEY).split(".")
    other_body = issue_token(ANDINA, NOW, KEY).split(".")[1]
    with pytest.raises(InvalidIdentityError):
        read_token(f"{head}.{other_body}.{signature}", NOW, KEY)
    assert body != other_body


@pytest.mark.parametrize(
    "changes",
    [
        {"project_id": "900101"},
        {"project_id": True},
        {"project_id": 900101.0},
        {"project_id": -1},
        {"project_id": ...},
        {"sub": ""},
        {"sub": ...},
        {"mode": "local"},
        {"aud": "otra-aplicacion"},
        {"iss": "otra-casa"},
        {"exp": ...},
        {"iat": ...},
        {"exp": int((NOW + timedelta(days=30)).timestamp())},
        {"exp": 1e12},
    ],
    ids=str,
)
def test_claims_that_are_not_exactly_ours_are_refused(changes):
    with pytest.raises(InvalidIdentityError):
        read_token(signed(**changes), NOW, KEY)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "x" * 5_000])
def test_text_that_is_no_token_is_refused(token):
    with pytest.raises(InvalidIdentityError):
        read_token(token, NOW, KEY)


def test_an_unsigned_token_is_refused():
    with pytest.raises(InvalidIdentityError):
        read_token(jwt.encode(good_claims(), None, algorithm="none"), NOW, KEY)


def test_the_signing_key_is_long_enough_and_differs_from_the_secret():
    assert len(KEY) == 32
    assert KEY != OTHER_KEY
