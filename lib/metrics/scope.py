"""How much of a project its reader may see: all of it, or some entities and nothing else.

The project itself is not here: it is the connection's. Every door of the metric core asks for a
scope and has no default, so that no caller can forget whom it is asking for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

__all__ = ["WHOLE_PROJECT", "Scope"]


@dataclass(frozen=True, slots=True)
class Scope:
    """The entities whose rows may be read: None is every row, an empty tuple is none at all.

    A value that is part of cache keys; `of` gives equal readers equal scopes.
    """

    entities: tuple[str, ...] | None

    @classmethod
    def of(cls, entities: Iterable[str] | None) -> Self:
        """The scope of an identity's entities, whatever their order and repeats."""
        return cls(None if entities is None else tuple(sorted(set(entities))))

    @property
    def is_limited(self) -> bool:
        """True when rows of other entities, and tables that know no entity, are closed."""
        return self.entities is not None

    def covers(self, other: "Scope") -> bool:
        """True when all that the other scope may see is within this one."""
        if self.entities is None:
            return True
        return other.entities is not None and set(other.entities) <= set(self.entities)


WHOLE_PROJECT = Scope(None)
