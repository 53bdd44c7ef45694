"""How the guard reads and writes SQL: PostgreSQL, with every function left as it was named.

sqlglot knows hundreds of functions and rewrites many on the way out. Here a call stays a name and
its arguments, so the name that is checked is the name that PostgreSQL gets.
"""

from collections.abc import Callable
from typing import ClassVar

from sqlglot import exp
from sqlglot.dialects.postgres import Postgres
from sqlglot.generators.postgres import PostgresGenerator
from sqlglot.parsers.postgres import PostgresParser

__all__ = ["GuardDialect", "write"]

# calls with a grammar of their own; none of them can name another function
SPECIAL_CALLS = ("CAST", "EXTRACT", "POSITION", "SUBSTRING", "TRIM")


class GuardParser(PostgresParser):
    """No function is known by name."""

    FUNCTIONS: ClassVar[dict[str, Callable[..., exp.Expr]]] = {}
    FUNCTION_PARSERS: ClassVar[dict[str, Callable[..., exp.Expr | None]]] = {
        name: PostgresParser.FUNCTION_PARSERS[name] for name in SPECIAL_CALLS
    }


class GuardGenerator(PostgresGenerator):
    """`string_agg(distinct a, b)` keeps its two arguments."""

    MULTI_ARG_DISTINCT = True


class GuardDialect(Postgres):
    """PostgreSQL's grammar without knowledge of functions."""

    Parser = GuardParser
    Generator = GuardGenerator


def write(tree: exp.Expr) -> str:
    """The tree as PostgreSQL's text: every name quoted, no comments."""
    return tree.sql(
        dialect=GuardDialect, identify=True, comments=False, normalize_functions="lower"
    )
