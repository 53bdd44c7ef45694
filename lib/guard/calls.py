"""Calls of functions: only reviewed ones, with arguments whose work and result are bounded."""

import re
from collections.abc import Callable

from sqlglot import exp

from lib.guard.constants import moment, number, step_days
from lib.guard.reviewed import Function, reviewed_functions
from lib.guard.verdicts import Reason, RefusalError

__all__ = ["AGGREGATED_ROWS", "call_weight", "check_pattern", "function_name", "function_of"]

MAX_LENGTH = 1000
MAX_SERIES = 40_000
MAX_PATTERN = 200
MAX_REPEATS = 50
MAX_EXPONENT = 64
# how many texts string_agg is taken to join when the length of its result is bounded
AGGREGATED_ROWS = 100
LOOKING_AROUND = re.compile(r"\(\?(?!:)|\*\*\*|\\[0-9mMyYAZ]")
COUNTED = re.compile(r"\{(\d*),?(\d*)\}")
FLAGS = re.compile(r"[gi]{0,2}")


def function_name(node: exp.Anonymous) -> str:
    """The name as PostgreSQL reads it. Raises RefusalError for a quoted one."""
    if not isinstance(node.this, str):
        raise RefusalError(
            Reason.unknown_function, "El nombre de una función se escribe sin comillas."
        )
    return node.this.lower()


def function_of(node: exp.Anonymous) -> Function:
    """How the function may be called. Raises RefusalError when it is not on the list."""
    name = function_name(node)
    function = reviewed_functions().get(name)
    if function is None:
        raise RefusalError(
            Reason.unknown_function, f"La función {name} no está en la lista de las admitidas."
        )
    return function


def call_weight(node: exp.Anonymous, weigh: Callable[[exp.Expr], int]) -> int:
    """Check a call and say how long its result can be; `weigh` reads each argument."""
    function, name = function_of(node), function_name(node)
    arguments = _arguments(node, is_aggregate=function.kind == "aggregate", weigh=weigh)
    if not function.fewest <= len(arguments) <= function.most:
        raise _bad(name, f"lleva de {function.fewest} a {function.most} argumentos")
    weights = [1 if isinstance(each, exp.Star) else weigh(each) for each in arguments]
    if function.rule is not None:
        return RULES[function.rule](name, arguments, weights)
    return max(weights, default=1) + 16


def _arguments(
    node: exp.Anonymous, *, is_aggregate: bool, weigh: Callable[[exp.Expr], int]
) -> list[exp.Expr]:
    """The arguments without the DISTINCT and ORDER BY that an aggregate may have among them."""
    found: list[exp.Expr] = []
    for each in node.expressions:
        inner = each
        if isinstance(inner, exp.Order):
            for key in inner.expressions:
                weigh(key)
            inner = inner.this
        if isinstance(inner, exp.Distinct):
            if inner.args.get("on") is not None:
                raise _bad(function_name(node), "no lleva DISTINCT ON")
            found += inner.expressions
        else:
            found.append(inner)
        if (inner is not each or isinstance(inner, exp.Distinct)) and not is_aggregate:
            raise _bad(function_name(node), "no es un agregado: no lleva DISTINCT ni ORDER BY")
    return found


def check_pattern(node: exp.Expr) -> None:
    """Raise RefusalError unless the regular expression is written out, short and plain."""
    if not isinstance(node, exp.Literal) or not node.is_string:
        raise RefusalError(
            Reason.bad_pattern, "Una expresión regular se escribe como texto, sin columnas."
        )
    pattern = node.this
    if len(pattern) > MAX_PATTERN or LOOKING_AROUND.search(pattern):
        raise RefusalError(
            Reason.bad_pattern,
            f"Una expresión regular tiene como máximo {MAX_PATTERN} caracteres, sin referencias"
            " hacia atrás ni opciones (?…).",
        )
    product = 1
    for low, high in COUNTED.findall(pattern):
        product *= max(_count(low), _count(high))
    if product > MAX_REPEATS:
        raise RefusalError(
            Reason.bad_pattern, f"Una expresión regular repite como máximo {MAX_REPEATS} veces."
        )


def _bad(name: str, expected: str) -> RefusalError:
    return RefusalError(Reason.bad_argument, f"La función {name} {expected}.")


def _text(name: str, node: exp.Expr, most: int) -> str:
    if not isinstance(node, exp.Literal) or not node.is_string or len(node.this) > most:
        raise _bad(name, f"espera ahí un texto escrito de {most} caracteres como máximo")
    return str(node.this)


def _count(written: str) -> int:
    """How often a part of a pattern is repeated at most; zeros in front count for nothing."""
    return int(written.lstrip("0")[:6] or 1)


def _whole(name: str, node: exp.Expr, low: int, high: int) -> int:
    value = number(node)
    if value is None or not low <= value <= high or value != int(value):
        raise _bad(name, f"espera ahí un número entero escrito, de {low} a {high}")
    return int(value)


def _short_separator(name: str, arguments: list[exp.Expr], weights: list[int]) -> int:
    separator = _text(name, arguments[1], 20)
    return (weights[0] + len(separator)) * AGGREGATED_ROWS


def _short_format(name: str, arguments: list[exp.Expr], weights: list[int]) -> int:
    _text(name, arguments[1], 60)
    return weights[0] + 400


def _few_digits(name: str, arguments: list[exp.Expr], weights: list[int]) -> int:
    if len(arguments) > 1:
        _whole(name, arguments[1], -20, 20)
    return weights[0] + 20


def _small_exponent(name: str, arguments: list[exp.Expr], weights: list[int]) -> int:
    value = number(arguments[1])
    if value is None or abs(value) > MAX_EXPONENT:
        raise _bad(name, f"espera un exponente escrito de {MAX_EXPONENT} como máximo")
    return int(weights[0] * max(1.0, abs(value)))


def _replacement(_name: str, _arguments: list[exp.Expr], weights: list[int]) -> int:
    return weights[0] * max(1, weights[2])


def _joined(_name: str, _arguments: list[exp.Expr], weights: list[int]) -> int:
    return sum(weights) * 2 if _name == "concat_ws" else sum(weights)


def _repetition(name: str, arguments: list[exp.Expr], weights: list[int]) -> int:
    return weights[0] * max(1, _whole(name, arguments[1], 0, MAX_LENGTH))


def _padding(name: str, arguments: list[exp.Expr], _weights: list[int]) -> int:
    return _whole(name, arguments[1], 0, MAX_LENGTH) + 1


def _pattern(_name: str, arguments: list[exp.Expr], weights: list[int]) -> int:
    check_pattern(arguments[1])
    return weights[0]


def _pattern_replacement(name: str, arguments: list[exp.Expr], weights: list[int]) -> int:
    check_pattern(arguments[1])
    new = _text(name, arguments[2], 100)
    if "\\" in new:
        raise _bad(name, "espera un reemplazo sin \\1 ni \\&")
    if len(arguments) > 3 and not FLAGS.fullmatch(_text(name, arguments[3], 2)):
        raise _bad(name, "admite las opciones g e i")
    return weights[0] * max(1, len(new)) + len(new)


def _series(name: str, arguments: list[exp.Expr], _weights: list[int]) -> int:
    """Not more than MAX_SERIES rows, counted from what is written."""
    first, last = number(arguments[0]), number(arguments[1])
    if first is not None and last is not None:
        step = number(arguments[2]) if len(arguments) > 2 else 1.0
        distance = last - first
    else:
        start, end = moment(arguments[0]), moment(arguments[1])
        step = step_days(arguments[2]) if len(arguments) > 2 else None
        if start is None or end is None:
            raise _bad(
                name, "espera números o fechas escritas; para un calendario use marts.dim_dates"
            )
        distance = start.days_until(end)
    if not step or abs(distance) / abs(step) > MAX_SERIES:
        raise _bad(name, f"da como máximo {MAX_SERIES} filas y su paso no es cero")
    return 32


RULES: dict[str, Callable[[str, list[exp.Expr], list[int]], int]] = {
    "short_separator": _short_separator,
    "short_format": _short_format,
    "few_digits": _few_digits,
    "small_exponent": _small_exponent,
    "replacement": _replacement,
    "joined": _joined,
    "repetition": _repetition,
    "padding": _padding,
    "pattern": _pattern,
    "pattern_replacement": _pattern_replacement,
    "series": _series,
}
