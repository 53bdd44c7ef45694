"""Tokens written by hand, so that they can be wrong in ways no library would write."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey


def segment(content):
    """base64url without padding, of bytes, of text, or of a value as JSON."""
    if not isinstance(content, bytes | str):
        content = json.dumps(content)
    raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def signature(signing_input, key, algorithm):
    """The signature's bytes; `none` signs with nothing."""
    if algorithm == "none":
        return b""
    if isinstance(key, RSAPrivateKey):
        padding = PSS(MGF1(hashes.SHA256()), 32) if algorithm == "PS256" else PKCS1v15()
        digest = hashes.SHA512() if algorithm == "RS512" else hashes.SHA256()
        return key.sign(signing_input.encode(), padding, digest)
    digest = {"HS384": hashlib.sha384, "HS512": hashlib.sha512}.get(algorithm, hashlib.sha256)
    return hmac.new(key, signing_input.encode(), digest).digest()


def write_token(header, claims, key, algorithm):
    """A signed token of any header and any claims, whatever they are."""
    signing_input = f"{segment(header)}.{segment(claims)}"
    return f"{signing_input}.{segment(signature(signing_input, key, algorithm))}"
