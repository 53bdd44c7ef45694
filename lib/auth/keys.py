"""Keys that may verify tokens: long enough, of the right kind, not known to be breakable."""

from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from lib.secret_rules import weakness

__all__ = ["WeakKeyError", "key_from_jwk", "public_key", "shared_secret"]

MIN_RSA_BITS = 2_048
MAX_RSA_BITS = 8_192
MIN_EXPONENT = 65_537
PRIVATE_PARTS = {"d", "p", "q", "dp", "dq", "qi", "oth"}
# primes by which the moduli of a broken generator of keys (CVE-2017-15361) betray themselves
ROCA_PRIMES = (11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157)


class WeakKeyError(Exception):
    """The key cannot be trusted to tell who signed; says what was expected, never the key."""


def shared_secret(text: str) -> bytes:
    """The secret of an HS256 issuer. Raises WeakKeyError."""
    if weakness(text) is not None:
        raise WeakKeyError(
            "a secret of at least 32 characters was expected, without blanks, not repeated and not"
            " a known example; generate one with: openssl rand -hex 32"
        )
    return text.encode()


def public_key(pem: bytes) -> RSAPublicKey:
    """The public key of an RS256 issuer. Raises WeakKeyError."""
    if b"PRIVATE KEY" in pem:
        raise WeakKeyError("a public key was expected and a private one came: give only its half")
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise WeakKeyError("a public key in PEM (BEGIN PUBLIC KEY) was expected") from None
    if not isinstance(key, RSAPublicKey):
        raise WeakKeyError("an RSA key was expected and a key of another kind came")
    return checked_rsa(key)


def key_from_jwk(jwk: Mapping[str, Any], algorithm: str) -> jwt.PyJWK:
    """A JSON Web Key for verifying signatures of one algorithm. Raises WeakKeyError."""
    if jwk.get("use", "sig") != "sig" or "verify" not in jwk.get("key_ops", ["verify"]):
        raise WeakKeyError("a key for signatures was expected and one for another use came")
    if jwk.get("alg", algorithm) != algorithm:
        raise WeakKeyError(f"a key for {algorithm} was expected and one for another algorithm came")
    if PRIVATE_PARTS & jwk.keys():
        raise WeakKeyError("a public key was expected and a private one came: it is compromised")
    try:
        key = jwt.PyJWK(dict(jwk), algorithm)
    except (jwt.PyJWTError, TypeError, ValueError, KeyError, AttributeError):
        raise WeakKeyError(f"a JSON Web Key for {algorithm} was expected") from None
    if isinstance(key.key, RSAPublicKey):
        checked_rsa(key.key)
    return key


def checked_rsa(key: RSAPublicKey) -> RSAPublicKey:
    """The key itself when it is strong enough. Raises WeakKeyError."""
    numbers = key.public_numbers()
    if not MIN_RSA_BITS <= key.key_size <= MAX_RSA_BITS:
        raise WeakKeyError(
            f"an RSA key of {MIN_RSA_BITS} to {MAX_RSA_BITS} bits was expected and one of"
            f" {key.key_size} came"
        )
    if numbers.e < MIN_EXPONENT or numbers.e % 2 == 0:
        raise WeakKeyError(f"an odd public exponent of at least {MIN_EXPONENT} was expected")
    if all(_is_power(numbers.n % prime, prime) for prime in ROCA_PRIMES):
        raise WeakKeyError("a key of a sound generator was expected and one open to ROCA came")
    return key


def _is_power(remainder: int, prime: int) -> bool:
    """Whether the remainder is a power of 65537 modulo the prime, as in every ROCA modulus."""
    power = 1
    for _ in range(prime):
        if power == remainder:
            return True
        power = power * MIN_EXPONENT % prime
    return False
