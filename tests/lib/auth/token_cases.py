"""What a case of the corpus is: what differs from a good token, and the verdict it must get."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lib.auth.refusal import Reason
from tests.lib.auth.signing import write_token
from tests.lib.auth.token_world import NORTH, World

DROP = object()
Alter = Callable[[str], str]


@dataclass(frozen=True)
class Case:
    """One token: what is wrong with it, and the reason for which it must be refused (or None)."""

    technique: str
    name: str
    reason: Reason | None
    issuer: str = NORTH
    claims: Mapping[str, Any] = field(default_factory=dict)
    header: Mapping[str, Any] = field(default_factory=dict)
    alter: Alter | None = None
    is_variant: bool = False

    def build(self, world: World) -> str:
        """The token, signed as its issuer signs."""
        header = _changed(world.header(self.issuer), self.header)
        claims = _changed(world.claims(self.issuer), self.claims)
        algorithm = world.header(self.issuer)["alg"]
        token = write_token(header, claims, world.key(self.issuer), algorithm)
        return self.alter(token) if self.alter else token


def _changed(values, changes):
    return {k: v for k, v in {**values, **changes}.items() if v is not DROP}


def claim(technique, name, reason, /, *, is_variant=False, issuer=NORTH, **claims):
    """A case whose claims differ."""
    return Case(technique, name, reason, issuer, claims=claims, is_variant=is_variant)


def header(technique, name, reason, /, *, is_variant=False, issuer=NORTH, **names):
    """A case whose header differs."""
    return Case(technique, name, reason, issuer, header=names, is_variant=is_variant)


def text(technique, name, reason, alter, *, is_variant=False):
    """A case whose text was altered after it was signed."""
    return Case(technique, name, reason, alter=alter, is_variant=is_variant)
