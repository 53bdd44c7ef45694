"""The public keys of a folder as a JWKS, as an issuer publishes them; served on loopback only."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from infra.issuer.errors import IssuerFolderError
from infra.issuer.folder import PUBLIC
from lib.log import get_logger

__all__ = ["key_set", "server"]

log = get_logger("infra.issuer")
LOOPBACK = "127.0.0.1"


def key_set(folder: Path) -> dict[str, list[dict[str, object]]]:
    """Every `<kid>.public.pem` of the folder, by kid. Raises IssuerFolderError when one is none."""
    keys = []
    for path in sorted(folder.glob(f"*{PUBLIC}")):
        key = load_pem_public_key(path.read_bytes())
        if not isinstance(key, RSAPublicKey):
            raise IssuerFolderError(f"an RSA key was expected in {path}")
        jwk = jwt.algorithms.RSAAlgorithm.to_jwk(key, as_dict=True)
        kid = path.name.removesuffix(PUBLIC)
        keys.append({**jwk, "kid": kid, "alg": "RS256", "use": "sig"})
    return {"keys": keys}


def server(folder: Path, port: int) -> ThreadingHTTPServer:
    """A server of `/jwks.json`, read from the folder at every request; port 0 takes a free one."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path != "/jwks.json":
                self.send_error(404)
                return
            body = json.dumps(key_set(folder)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/jwk-set+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            log.info("jwks_request", line=format % arguments)

    return ThreadingHTTPServer((LOOPBACK, port), Handler)
