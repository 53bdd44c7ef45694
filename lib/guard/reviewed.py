"""The reviewed lists: nodes.yaml, places.yaml, words.yaml and functions.yaml."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

__all__ = ["Function", "reviewed_functions", "reviewed_nodes", "reviewed_places", "reviewed_words"]

HERE = Path(__file__).parent
KINDS = frozenset({"scalar", "aggregate", "rows"})


@dataclass(frozen=True, slots=True)
class Function:
    """How an allowed function may be called."""

    fewest: int
    most: int
    kind: str = "scalar"
    rule: str | None = None


@lru_cache(maxsize=1)
def reviewed_nodes() -> dict[str, frozenset[str]]:
    """Class of sqlglot -> arguments it may carry."""
    return {name: frozenset(arguments) for name, arguments in _content("nodes.yaml").items()}


@lru_cache(maxsize=1)
def reviewed_places() -> dict[str, frozenset[str]]:
    """Class of sqlglot -> classes it may be directly inside of."""
    return {name: frozenset(parents) for name, parents in _content("places.yaml").items()}


@lru_cache(maxsize=2)
def reviewed_words(kind: str) -> frozenset[str]:
    """The `fields` of extract and intervals, or the `types` of casts."""
    return frozenset(_content("words.yaml")[kind])


@lru_cache(maxsize=1)
def reviewed_functions() -> dict[str, Function]:
    """Name of a function in PostgreSQL -> how it may be called."""
    functions = {}
    for name, entry in _content("functions.yaml").items():
        fewest, most = entry["arguments"]
        functions[name] = Function(fewest, most, entry.get("kind", "scalar"), entry.get("rule"))
        if functions[name].kind not in KINDS:
            raise ValueError(f"functions.yaml: {name}: kind must be one of {sorted(KINDS)}")
    return functions


def _content(file_name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((HERE / file_name).read_text(encoding="utf-8"))
    return content
