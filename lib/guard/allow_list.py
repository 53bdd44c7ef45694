"""The relations and columns that a statement may read; whatever is not here does not exist."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["SCHEMA", "AllowList", "AllowedRelation", "JsonRelations"]

SCHEMA = "marts"
JsonRelations = dict[str, dict[str, list[str]]]


@dataclass(frozen=True, slots=True)
class AllowedRelation:
    """The columns of a mart that may be read, and those it has but that are personal."""

    columns: tuple[str, ...]
    personal: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AllowList:
    """The marts by name, all of the schema `marts`."""

    relations: Mapping[str, AllowedRelation]

    @classmethod
    def of(cls, relations: Mapping[str, tuple[Iterable[str], Iterable[str]]]) -> "AllowList":
        """From mart -> (readable columns, personal columns)."""
        return cls(
            MappingProxyType(
                {
                    name: AllowedRelation(tuple(columns), frozenset(personal))
                    for name, (columns, personal) in relations.items()
                }
            )
        )

    def to_json(self) -> JsonRelations:
        """For the pipe to the worker."""
        return {
            name: {"columns": list(each.columns), "personal": sorted(each.personal)}
            for name, each in self.relations.items()
        }

    @classmethod
    def from_json(cls, content: JsonRelations) -> "AllowList":
        """What `to_json` wrote."""
        return cls.of({name: (e["columns"], e["personal"]) for name, e in content.items()})
