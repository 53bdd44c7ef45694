"""Who a request speaks for: the project whose rows may be read, and what the visitor may do."""

from dataclasses import dataclass
from typing import Literal

from lib.auth.permissions import Role

__all__ = ["MODES", "Identity", "Mode"]

Mode = Literal["dev", "cookie", "token", "local"]
MODES: tuple[Mode, ...] = ("dev", "cookie", "token", "local")


@dataclass(frozen=True, slots=True)
class Identity:
    """A verified visitor.

    `issuer` and `subject` name the person for its issuer (`dev` and `local` are our own).
    `entities` None means all entities of the project, otherwise only these. `name` is what the
    person is called, when the issuer told.
    """

    project_id: int
    slug: str
    subject: str
    role: Role
    mode: Mode
    issuer: str
    entities: tuple[str, ...] | None = None
    name: str | None = None
