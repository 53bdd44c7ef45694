"""Two issuers that write differently, two projects, one instant: what every token is judged by."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import yaml
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lib.auth.issuers import Issuers
from lib.tenants.projects import Project

NOW = datetime(2026, 2, 17, 15, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
NORTH, SOUTH = "https://norte.example", "https://sur.example"
PROJECTS = {
    101: Project(101, "norte", "Norte", "America/Bogota", False),
    202: Project(202, "sur", "Sur", "America/Bogota", False),
}


@cache
def rsa_key(name, bits=2_048):
    """A private key of this name, the same one for the whole run."""
    assert name
    return rsa.generate_private_key(65_537, bits)


@cache
def ec_key():
    """A private key that is not RSA."""
    return ec.generate_private_key(ec.SECP256R1())


def pem_of(private):
    """The public half as a file."""
    return private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@dataclass(frozen=True)
class World:
    """The issuers as loaded, and the keys with which their tokens are signed."""

    issuers: Issuers
    secret: bytes
    retired_secret: bytes

    def claims(self, issuer):
        """What a good token of this issuer says."""
        times = {"iat": SECONDS - 10, "exp": SECONDS + 290, "jti": "una-vez-0001"}
        if issuer == NORTH:
            own = {"aud": "analytics", "sub": "u-17", "project_id": 101, "role": "director"}
        else:
            own = {"aud": ["otra", "analitica"], "sub": "s-9", "tenant": "202", "perfil": "jefe"}
        return {"iss": issuer, **own, **times}

    def header(self, issuer):
        """The header of a good token of this issuer."""
        if issuer == NORTH:
            return {"alg": "HS256", "typ": "JWT", "kid": "norte-1"}
        return {"alg": "RS256", "typ": "JWT", "kid": "sur-1"}

    def key(self, issuer):
        """What this issuer signs with."""
        return self.secret if issuer == NORTH else rsa_key("south")


def find_project(project_id):
    """As `load_project`, without a database."""
    return PROJECTS.get(project_id)


def build_world(folder: Path) -> World:
    """Write the file of issuers and its keys into a folder, and load it."""
    secret, retired = secrets.token_hex(32), secrets.token_hex(32)
    files = {
        "norte-1.key": secret.encode() + b"\n",
        "norte-0.key": retired.encode(),
        "sur-1.pem": pem_of(rsa_key("south")),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o600)
    north = {
        "iss": NORTH,
        "audiences": ["analytics"],
        "algorithm": "HS256",
        "keys": [
            {"kid": "norte-1", "secret_file": "norte-1.key"},
            {
                "kid": "norte-0",
                "secret_file": "norte-0.key",
                "not_after": "2026-02-17T15:00:00+00:00",
            },
        ],
        "leeway_seconds": 30,
    }
    south = {
        "iss": SOUTH,
        "audiences": ["analitica"],
        "algorithm": "RS256",
        "keys": [{"kid": "sur-1", "public_key_file": "sur-1.pem"}],
        "leeway_seconds": 0,
        "max_lifetime_seconds": 600,
        "claims": {"project": "tenant", "role": "perfil"},
        "project_as": "digits",
        "roles": {"jefe": "supervisor", "mesa": "operations"},
        "projects": [202, 303],
    }
    path = folder / "issuers.yaml"
    path.write_text(yaml.safe_dump({"issuers": [north, south]}), encoding="utf-8")
    return World(Issuers.load(path), secret.encode(), retired.encode())
