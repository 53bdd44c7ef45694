"""The corpora of statements: data files grouped by technique, each statement with what is expected.

`<<text*n>>` in a statement stands for `text` written n times, so that a statement of a megabyte
stays readable.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml

FOLDER = Path(__file__).parents[1] / "isolation" / "statements"
REPEATED = re.compile(r"<<(.+?)\*(\d+)>>", re.DOTALL)
Outcome = Literal["refused", "stopped", "own", "itself"]
OUTCOMES = ("refused", "stopped", "own", "itself")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a corpus.

    `database` is what the bare database does with it, without the guard: refuses it (any error of
    the server), stops it by a limit, runs it and shows nothing but what the session's own project
    owns, or lets the role change itself. Several words: it depends on the server's version or on
    how fast the machine is.
    """

    id: str
    technique: str
    sql: str
    guard: Literal["allow", "block", "either"]
    database: tuple[Outcome, ...]
    variant_of: str | None


def techniques(corpus: str) -> list[str]:
    """The names of the files of one corpus (hostile, benign, foreign)."""
    return sorted(path.stem for path in (FOLDER / corpus).glob("*.yaml"))


@lru_cache
def read_statements(corpus: str, technique: str) -> tuple[Statement, ...]:
    """The statements of one file. Raises KeyError or ValueError for one that is incomplete."""
    content = yaml.safe_load((FOLDER / corpus / f"{technique}.yaml").read_text(encoding="utf-8"))
    return tuple(
        Statement(
            id=f"{technique}/{item['id']}",
            technique=content["technique"],
            sql=REPEATED.sub(lambda match: match[1] * int(match[2]), item["sql"]),
            guard=content["guard"],
            database=_outcomes(item["database"]),
            variant_of=item.get("variant_of"),
        )
        for item in content["statements"]
    )


def all_statements(corpus: str) -> list[Statement]:
    """Every statement of one corpus."""
    return [item for name in techniques(corpus) for item in read_statements(corpus, name)]


def skeleton(sql: str) -> str:
    """What is left of a statement without its literals, numbers, blanks and letters' case.

    Two statements of one skeleton try the same thing.
    """
    text = re.sub(r"'[^']*'", "?", sql.casefold())
    text = re.sub(r"\d+", "0", text)
    return re.sub(r"\s+", " ", text).strip(" ;")


def _outcomes(words: str) -> tuple[Outcome, ...]:
    found = tuple(word for word in OUTCOMES if word in words.split(" or "))
    if " or ".join(words.split(" or ")) != words or len(found) != len(words.split(" or ")):
        raise ValueError(f"expected words of {OUTCOMES} joined by 'or', got {words!r}")
    return found
