"""Expressions: every column is one that can be seen, every call is allowed, no text grows large."""

from collections.abc import Callable
from typing import Protocol

from sqlglot import exp

from lib.guard.calls import MAX_EXPONENT, call_weight, check_pattern, function_name, function_of
from lib.guard.constants import number
from lib.guard.scopes import Output, Scope, heaviest
from lib.guard.verdicts import Reason, RefusalError

__all__ = ["MAX_WEIGHT", "QueryReader", "output_name", "weigh"]

# characters, or digits, that one value may grow to within the statement
MAX_WEIGHT = 100_000
MAX_LOOKED_UP = 300
JOINING = (exp.DPipe, exp.Mul, exp.Array)


class QueryReader(Protocol):
    """Reads a query inside an expression; lib.guard.queries is the one there is."""

    def __call__(self, node: exp.Expr, outer: Scope) -> tuple[Output, ...]: ...


def weigh(node: exp.Expr, scope: Scope, read_query: QueryReader) -> int:
    """Check an expression in its scope and say how long its value can be. Raises RefusalError."""
    weight = _weight(node, scope, read_query)
    if weight > MAX_WEIGHT:
        raise RefusalError(
            Reason.too_large, "Un texto o un número de la consulta crecería demasiado."
        )
    return weight


def _weight(node: exp.Expr, scope: Scope, read_query: QueryReader) -> int:
    if isinstance(node, exp.Query):
        return heaviest(read_query(node, scope))
    if isinstance(node, exp.Column):
        return _column_weight(node, scope)
    if isinstance(node, exp.Literal):
        return _literal_weight(node)

    def inside(child: exp.Expr) -> int:
        return weigh(child, scope, read_query)

    if isinstance(node, exp.Anonymous):
        return _call_weight(node, inside)
    if isinstance(node, exp.Window):
        _check_window(node)
    if isinstance(node, (exp.In, exp.Any, exp.All)):
        _check_looked_up(node, scope, read_query)
    if isinstance(node, (exp.RegexpLike, exp.RegexpILike)):
        check_pattern(node.expression)
    children = [inside(child) for child in node.iter_expressions() if not _is_name(child)]
    return _grown(node, children)


def _literal_weight(node: exp.Literal) -> int:
    digits, _e, exponent = node.this.lower().partition("e")
    if node.is_string or not exponent:
        return len(node.this) + 1
    return len(digits) + abs(int(exponent))


def _call_weight(node: exp.Anonymous, inside: Callable[[exp.Expr], int]) -> int:
    if function_of(node).kind == "rows":
        raise RefusalError(
            Reason.bad_argument, f"La función {function_name(node)} solo va en FROM."
        )
    return call_weight(node, inside)


def _check_looked_up(node: exp.Expr, scope: Scope, read_query: QueryReader) -> None:
    """PostgreSQL may keep all values of `not in (select ...)` in memory: they have to be short."""
    query = node.args.get("query") or node.this
    if isinstance(query, exp.Query) and heaviest(read_query(query, scope)) > MAX_LOOKED_UP:
        raise RefusalError(
            Reason.too_large, "Los textos que se buscan en una subconsulta son demasiado largos."
        )


def _check_window(node: exp.Window) -> None:
    call = node.this.this if isinstance(node.this, exp.Filter) else node.this
    ordered = (exp.Order, exp.Distinct)
    if isinstance(call, exp.Anonymous) and any(isinstance(e, ordered) for e in call.expressions):
        raise RefusalError(
            Reason.bad_argument,
            f"La función {function_name(call)} no lleva orden ni DISTINCT con OVER.",
        )


def _grown(node: exp.Expr, children: list[int]) -> int:
    """How long the value of an operator can be, from the lengths of its operands."""
    if isinstance(node, JOINING):
        return sum(children)
    if isinstance(node, exp.Pow):
        return _power_weight(node, children[0])
    if isinstance(node, exp.Cast):
        return max(children) + max((_size(part) for part in node.to.expressions), default=40)
    if isinstance(node, (exp.Case, exp.If, exp.Paren, exp.Alias)):
        return max(children)
    return max(children, default=0) + 1


def _column_weight(node: exp.Column, scope: Scope) -> int:
    if not isinstance(node.this, exp.Identifier):
        raise RefusalError(Reason.star, "Nombre las columnas una por una.")
    source = node.args.get("table")
    if source is None:
        return scope.column(node.this.this)
    return scope.qualified(source.this, node.this.this)


def _power_weight(node: exp.Pow, base: int) -> int:
    exponent = number(node.expression)
    if exponent is None or abs(exponent) > MAX_EXPONENT:
        raise RefusalError(
            Reason.bad_argument, f"El exponente se escribe y es de {MAX_EXPONENT} como máximo."
        )
    return int(base * max(1.0, abs(exponent)))


def _is_name(node: exp.Expr) -> bool:
    return isinstance(node, (exp.Identifier, exp.Var, exp.DataType))


def _size(part: exp.Expr) -> int:
    literal = part.this
    return int(literal.this) if isinstance(literal, exp.Literal) else 40


def output_name(node: exp.Expr) -> str | None:
    """The name PostgreSQL gives a column of a select list, None where it would be a guess."""
    if isinstance(node, exp.Alias):
        return str(node.args["alias"].this)
    if isinstance(node, exp.Column) and isinstance(node.this, exp.Identifier):
        return str(node.this.this)
    if isinstance(node, exp.Anonymous):
        return function_name(node)
    if isinstance(node, (exp.Cast, exp.Paren, exp.Window, exp.Filter, exp.WithinGroup)):
        return output_name(node.this)
    return None
