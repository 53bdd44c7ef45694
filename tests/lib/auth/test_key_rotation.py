"""A key follows another: for a while both count, then only the new one; nobody is thrown out."""

import secrets
from datetime import timedelta

import pytest
import yaml

from lib.auth.issuers import Issuers
from lib.auth.verifier import Reason, TokenRefusedError, verify_token
from tests.lib.auth.signing import write_token
from tests.lib.auth.token_world import NORTH, NOW, SOUTH, find_project, pem_of, rsa_key

BEGINS, ENDS = NOW + timedelta(hours=1), NOW + timedelta(hours=3)


@pytest.fixture
def verdict(tmp_path):
    """The verdict about a token signed at an instant with the old or the new key."""
    texts = {name: secrets.token_hex(32) for name in ("old", "new")}
    for name, text in texts.items():
        (tmp_path / f"{name}.key").write_text(text, encoding="utf-8")
        (tmp_path / f"{name}.key").chmod(0o600)
        (tmp_path / f"{name}.pem").write_bytes(pem_of(rsa_key(name)))
    dates = {"old": {"not_after": ENDS.isoformat()}, "new": {"not_before": BEGINS.isoformat()}}
    common = {"audiences": ["analytics"], "leeway_seconds": 0}
    entries = [
        {
            **{"iss": SOUTH, "algorithm": "RS256", **common},
            "keys": [{"kid": n, "public_key_file": f"{n}.pem", **dates[n]} for n in dates],
        },
        {
            # secrets without a kid: each that is in force is tried
            **{"iss": NORTH, "algorithm": "HS256", **common},
            "keys": [{"secret_file": f"{n}.key", **dates[n]} for n in dates],
        },
    ]
    path = tmp_path / "issuers.yaml"
    path.write_text(yaml.safe_dump({"issuers": entries}), encoding="utf-8")
    issuers = Issuers.load(path)

    def verdict(issuer, name, now):
        seconds = int(now.timestamp())
        claims = {
            **{"iss": issuer, "aud": "analytics", "sub": "u-1", "jti": "j", "role": "director"},
            **{"project_id": 101, "iat": seconds, "exp": seconds + 60},
        }
        if issuer == SOUTH:
            token = write_token({"alg": "RS256", "kid": name}, claims, rsa_key(name), "RS256")
        else:
            token = write_token({"alg": "HS256"}, claims, texts[name].encode(), "HS256")
        try:
            return verify_token(token, issuers, now, find_project).slug
        except TokenRefusedError as error:
            return error.reason

    return verdict


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("issuer", [SOUTH, NORTH])
@pytest.mark.parametrize(
    ("now", "old_counts", "new_counts"),
    [
        (NOW, True, False),
        (BEGINS - SECOND, True, False),
        (BEGINS, True, True),
        (ENDS - SECOND, True, True),
        (ENDS, False, True),
        (ENDS + timedelta(days=365), False, True),
    ],
)
def test_each_key_counts_in_its_time_and_both_in_the_overlap(
    verdict, issuer, now, old_counts, new_counts
):
    refused = Reason.UNKNOWN_KEY if issuer == SOUTH else Reason.BAD_SIGNATURE
    assert verdict(issuer, "old", now) == ("norte" if old_counts else refused)
    assert verdict(issuer, "new", now) == ("norte" if new_counts else refused)
