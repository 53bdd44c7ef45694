"""Which names a part of a query can see, as PostgreSQL looks them up: inner scope first."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lib.guard.verdicts import Reason, RefusalError

__all__ = ["COLUMN_WEIGHT", "Output", "Relation", "Scope", "heaviest", "renamed"]

# characters that a value of a mart may have, for the bound on what texts can grow to
COLUMN_WEIGHT = 200


@dataclass(frozen=True, slots=True)
class Output:
    """A column that a query gives: its name, None when it has none, and how long it can be."""

    name: str | None
    weight: int


@dataclass(frozen=True, slots=True)
class Relation:
    """What can be read of one source; `personal` are columns it has and nobody may name."""

    outputs: tuple[Output, ...]
    personal: frozenset[str] = frozenset()

    def weight_of(self, column: str) -> int | None:
        """The bound of that column, None when there is none of that name."""
        found = [each.weight for each in self.outputs if each.name == column]
        return max(found) if found else None


@dataclass(slots=True)
class Scope:
    """The sources of one query, the WITH queries in force, and the query around it."""

    ctes: Mapping[str, tuple[Output, ...]]
    outer: "Scope | None"
    sources: dict[str, Relation] = field(default_factory=dict)

    def add(self, name: str, relation: Relation) -> None:
        """A source under its alias. Raises RefusalError when the name is taken."""
        if name in self.sources:
            raise RefusalError(Reason.bad_name, f"Dos fuentes se llaman {name}; use alias.")
        self.sources[name] = relation

    def column(self, name: str) -> int:
        """The bound of a column named without its source. Raises RefusalError."""
        level: Scope | None = self
        while level is not None:
            for relation in level.sources.values():
                if name in relation.personal:
                    raise personal(name)
            weights = [r.weight_of(name) for r in level.sources.values()]
            known = [weight for weight in weights if weight is not None]
            if known:
                return max(known)
            level = level.outer
        if self.source(name) is not None:
            raise RefusalError(
                Reason.whole_row, f"{name} es una tabla entera; nombre sus columnas una por una."
            )
        raise RefusalError(
            Reason.unknown_column, f"No hay una columna {name} en las tablas de esta consulta."
        )

    def qualified(self, source: str, name: str) -> int:
        """The bound of `source.name`. Raises RefusalError."""
        relation = self.source(source)
        if relation is None:
            raise RefusalError(
                Reason.unknown_table, f"{source} no es una tabla ni un alias que se vea aquí."
            )
        if name in relation.personal:
            raise personal(name)
        weight = relation.weight_of(name)
        if weight is None:
            raise RefusalError(Reason.unknown_column, f"{source} no tiene una columna {name}.")
        return weight

    def source(self, name: str) -> Relation | None:
        """The nearest source of that name."""
        level: Scope | None = self
        while level is not None:
            if name in level.sources:
                return level.sources[name]
            level = level.outer
        return None


def personal(name: str) -> RefusalError:
    """The refusal of a personal column."""
    return RefusalError(
        Reason.personal_column,
        f"{name} es un dato personal y no se consulta aquí; use contact_key o contact_masked.",
    )


def heaviest(outputs: tuple[Output, ...]) -> int:
    """The longest that any of them can be."""
    return max((each.weight for each in outputs), default=1)


def renamed(outputs: tuple[Output, ...], names: list[str]) -> tuple[Output, ...]:
    """The first columns under new names, as in `as t(a, b)`. Raises RefusalError."""
    if len(names) > len(outputs):
        raise RefusalError(Reason.bad_name, "Hay más nombres de columna que columnas.")
    new = [Output(name, old.weight) for name, old in zip(names, outputs, strict=False)]
    return (*new, *outputs[len(names) :])
