"""What an argument is worth when it is written out: numbers, days, lengths of steps."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlglot import exp

__all__ = ["Moment", "moment", "number", "step_days"]

DAYS_OF = {
    "microsecond": 1 / 86_400_000_000,
    "millisecond": 1 / 86_400_000,
    "second": 1 / 86_400,
    "minute": 1 / 1_440,
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    # the shortest they can be: a count made with them is never too low
    "month": 28.0,
    "quarter": 89.0,
    "year": 365.0,
}
PART = re.compile(r"\s*(-?\d{1,6})\s*([a-z]+)\s*", re.IGNORECASE)
ARITHMETIC: dict[type[exp.Expr], Callable[[float, float], float]] = {
    exp.Add: operator.add,
    exp.Sub: operator.sub,
    exp.Mul: operator.mul,
    exp.Div: operator.truediv,
}
MOMENTS = {exp.DType.DATE, exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ, exp.DType.TIMESTAMPTZ}
# no year that the product will see is outside; used when today meets a written date
EARLIEST, LATEST = datetime(2015, 1, 1).toordinal(), datetime(2100, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Moment:
    """A day between `low` and `high` (ordinals), or days from today when `is_relative`."""

    low: float
    high: float
    is_relative: bool

    def days_until(self, other: "Moment") -> float:
        """The most days that may lie between the two."""
        if self.is_relative == other.is_relative:
            return other.high - self.low
        if self.is_relative:
            return other.high - (EARLIEST + self.low)
        return LATEST + other.high - self.low


def number(node: exp.Expr | None) -> float | None:
    """The value of written arithmetic, None when anything in it is not a number."""
    if isinstance(node, exp.Literal):
        return None if node.is_string else float(node.this)
    if isinstance(node, exp.Paren):
        return number(node.this)
    if isinstance(node, exp.Neg):
        value = number(node.this)
        return None if value is None else -value
    if isinstance(node, (exp.Add, exp.Sub, exp.Mul, exp.Div)):
        left, right = number(node.this), number(node.expression)
        if left is not None and right is not None:
            return _calculated(type(node), left, right)
    return None


def _calculated(kind: type[exp.Expr], left: float, right: float) -> float | None:
    try:
        return float(ARITHMETIC[kind](left, right))
    except ArithmeticError:
        return None


def step_days(node: exp.Expr | None) -> float | None:
    """How many days an interval has, None when it is not written out."""
    if isinstance(node, exp.Paren):
        return step_days(node.this)
    if isinstance(node, exp.Cast) and node.to.this == exp.DType.INTERVAL:
        return step_days(node.this)
    if isinstance(node, exp.Interval):
        unit = node.args.get("unit")
        return _days(f"{node.this.this} {unit.this}" if unit else node.this.this)
    if isinstance(node, exp.Literal) and node.is_string:
        return _days(node.this)
    return None


def _days(text: str) -> float | None:
    total, position, signs = 0.0, 0, set[bool]()
    while position < len(text):
        part = PART.match(text, position)
        length = DAYS_OF.get(part[2].lower().removesuffix("s")) if part else None
        if part is None or length is None:
            return None
        signs.add(part[1].startswith("-"))
        total += int(part[1]) * length
        position = part.end()
    # months are not all alike: a month less and 31 days more may be no step at all
    return total if len(signs) == 1 else None


def moment(node: exp.Expr | None) -> Moment | None:
    """The day that an expression of written dates means, None when it depends on data."""
    if isinstance(node, exp.Paren) or (isinstance(node, exp.Cast) and node.to.this in MOMENTS):
        return moment(node.this)
    if isinstance(node, (exp.CurrentDate, exp.CurrentTimestamp, exp.Localtimestamp)):
        return Moment(0, 1, True)
    if isinstance(node, exp.Literal):
        return _written_day(node)
    if isinstance(node, exp.Anonymous):
        return _called_moment(node)
    return _moved_moment(node) if isinstance(node, (exp.Add, exp.Sub)) else None


def _written_day(node: exp.Literal) -> Moment | None:
    try:
        day = float(datetime.fromisoformat(node.this).toordinal())
    except ValueError:
        return None
    return Moment(day, day + 1, False)


def _moved_moment(node: exp.Add | exp.Sub) -> Moment | None:
    start, days = moment(node.this), number(node.expression)
    if days is None:
        days = step_days(node.expression)
    if start is None or days is None:
        return None
    # a month may be three days longer than the shortest, a year one
    ends = (days, days * 1.11) if isinstance(node, exp.Add) else (-days, -days * 1.11)
    return Moment(start.low + min(ends), start.high + max(ends), start.is_relative)


def _called_moment(node: exp.Anonymous) -> Moment | None:
    name, arguments = str(node.this).lower(), node.expressions
    if name == "now" and not arguments:
        return Moment(0, 1, True)
    if name == "date_trunc" and len(arguments) == 2 and isinstance(arguments[0], exp.Literal):
        start = moment(arguments[1])
        days = DAYS_OF.get(arguments[0].this.lower())
        if start is not None and days is not None:
            return Moment(start.low - days * 1.11, start.high, start.is_relative)
    return None
