"""What may not be a secret."""

import base64
import secrets

import pytest

from lib.secret_rules import weakness


@pytest.mark.parametrize(
    "value",
    [
        "",
        "short",
        "f3a9" * 7,
        "a" * 32,
        "ab" * 16,
        "changeme" * 4,
        "changemechangemechangemechangemech",
        "secretsecretsecretsecretsecretsecret",
        "0123456789abcdef0123456789abcdef",
        "12345678901234567890123456789012",
        "super-secret-jwt-token-with-at-least-32-characters-long",
        "your-256-bit-key-goes-here-please-9z",
        "Cambia-Esto-Por-Otro-Valor-2026-xyz",
        "this is a long sentence, not a token",
        "DEFAULT-value-of-our-installation-77",
        "replace-with-a-random-string-of-32-c",
    ],
)
def test_a_short_repeated_or_known_value_is_refused_without_being_repeated(value):
    fault = weakness(value)
    assert fault
    assert len(value) < 5 or value not in fault


@pytest.mark.parametrize("_attempt", range(20))
def test_a_random_value_is_accepted(_attempt):
    assert weakness(secrets.token_hex(16)) is None
    assert weakness(secrets.token_hex(32)) is None
    assert weakness(base64.b64encode(secrets.token_bytes(32)).decode()) is None
