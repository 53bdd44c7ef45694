"""Whether a token was signed with a key: one algorithm, named by configuration, never the token."""

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from lib.auth.compact import CompactToken
from lib.auth.refusal import Reason, TokenRefusedError

__all__ = ["PublicKey", "check_signature"]

PublicKey = bytes | RSAPublicKey
OPTIONS: jwt.types.SigOptions = {"verify_signature": True, "enforce_minimum_key_length": True}


def check_signature(token: CompactToken, key: PublicKey | jwt.PyJWK, algorithm: str) -> None:
    """Return when `key` signed the token with `algorithm`, and the token says so too.

    Raises TokenRefusedError: wrong_algorithm before any key is tried, else bad_signature, also for
    a key that is too short. A MAC is compared in constant time.
    """
    if token.algorithm != algorithm:
        raise TokenRefusedError(Reason.WRONG_ALGORITHM)
    try:
        jwt.PyJWS().decode_complete(token.text, key, algorithms=[algorithm], options=OPTIONS)
    except (jwt.PyJWTError, TypeError, ValueError):
        raise TokenRefusedError(Reason.BAD_SIGNATURE) from None
