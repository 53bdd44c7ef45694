"""Rows read from the marts become lines: aligned with the prior period, filled, ordered, cut."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lib.metrics.catalog import Metric
from lib.metrics.dimensions import DIMENSIONS
from lib.metrics.errors import UnknownMetricError
from lib.metrics.groups import Axis, Key, Span, axes_of, partner_of, row_keys, time_buckets
from lib.metrics.options import sort_key
from lib.metrics.parts import Number, Parts, Values
from lib.metrics.periods import Window
from lib.metrics.results import OTHERS


@dataclass(frozen=True, slots=True)
class Order:
    """By which column rows are ordered: an asked metric or a group. Missing values come last."""

    by: str
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Side:
    """One period's rows by group, and what is known of its days."""

    span: Span
    rows: Mapping[Key, Values]


@dataclass(frozen=True, slots=True)
class Presentation:
    """How the reader wants the rows."""

    metrics: tuple[Metric, ...]
    group_by: tuple[str, ...]
    window: Window | None
    order: Order | None
    limit: int | None
    others: bool
    share_of: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """One group while it is worked on: its shown names and the parts of both periods."""

    key: Key
    shown: tuple[object, ...]
    current: Mapping[str, Number]
    prior: Mapping[str, Number] | None
    prior_key: Key | None


def answer_lines(
    wanted: Presentation,
    parts: Parts,
    current: Side,
    prior: Side | None,
    names: Mapping[str, Mapping[str, str]],
) -> list[Line]:
    """Every group with the values of both periods, in the order asked."""
    axes = axes_of(wanted.group_by, current.span.period, wanted.window)
    lines = _aligned(wanted, parts, current, prior, names=names, axes=axes)
    lines.sort(key=lambda line: _natural_place(axes, line))
    order = wanted.order
    if order is None and {DIMENSIONS[name].kind for name in wanted.group_by} == {"name"}:
        order = Order(wanted.metrics[0].name)
    return _ranked(wanted, parts, lines, order) if order else lines


def cut(wanted: Presentation, parts: Parts, lines: list[Line]) -> tuple[list[Line], int]:
    """The lines within the limit, and how many groups the last one ("otros") stands for."""
    if wanted.limit is None or len(lines) <= wanted.limit:
        return lines, 0
    kept, rest = lines[: wanted.limit], lines[wanted.limit :]
    return ([*kept, _folded(wanted, parts, rest)], len(rest)) if wanted.others else (kept, 0)


def _aligned(
    wanted: Presentation,
    parts: Parts,
    current: Side,
    prior: Side | None,
    *,
    names: Mapping[str, Mapping[str, str]],
    axes: Sequence[Axis],
) -> list[Line]:
    group_by, window = wanted.group_by, wanted.window
    then = time_buckets(group_by, prior.span.period, window) if prior else ()
    seen = list(current.rows)
    if prior and not any(then):
        # a group only the prior period knows is a fall to zero, not a missing row
        seen += prior.rows
    lines = []
    for key in row_keys(group_by, seen, axes):
        partner = partner_of(key, axes, then) if prior else None
        lines.append(
            Line(
                key,
                _shown(group_by, key, names),
                parts.filled(current.rows.get(key, {}), current.span.covers(group_by, key)),
                _partner_values(parts, group_by, prior, partner),
                partner,
            )
        )
    return lines


def _partner_values(
    parts: Parts, group_by: tuple[str, ...], prior: Side | None, partner: Key | None
) -> Mapping[str, Number] | None:
    if prior is None or partner is None:
        return None
    covered = prior.span.covers(group_by, partner)
    return parts.filled(prior.rows.get(partner, {}), covered)


def _shown(
    group_by: tuple[str, ...], key: Key, names: Mapping[str, Mapping[str, str]]
) -> tuple[object, ...]:
    return tuple(
        names[name].get(str(value), f"{DIMENSIONS[name].label_es} {str(value)[:8]}")
        if name in names
        else value
        for name, value in zip(group_by, key, strict=True)
    )


def _natural_place(axes: Sequence[Axis], line: Line) -> list[tuple[int, str, str]]:
    """Time and fixed lists as they run, names as a reader sorts them."""
    return [
        (axis.get(value, len(axis)), "", "") if axis else (0, *sort_key(str(shown)))
        for axis, value, shown in zip(axes, line.key, line.shown, strict=True)
    ]


def _ranked(wanted: Presentation, parts: Parts, lines: list[Line], order: Order) -> list[Line]:
    """By a metric, ties in the natural order; or by the groups themselves."""
    if order.by in wanted.group_by:
        return lines[::-1] if order.descending else lines
    metric = next((item for item in wanted.metrics if item.name == order.by), None)
    if metric is None:
        raise UnknownMetricError(order.by, [item.name for item in wanted.metrics])
    valued = [(parts.value(metric, line.current), line) for line in lines]
    known = [(value, line) for value, line in valued if value is not None]
    known.sort(key=lambda pair: -pair[0] if order.descending else pair[0])
    return [line for _value, line in known] + [line for value, line in valued if value is None]


def _folded(wanted: Presentation, parts: Parts, rest: Sequence[Line]) -> Line:
    named = next(
        (at for at, name in enumerate(wanted.group_by) if DIMENSIONS[name].kind == "name"), 0
    )
    shown = tuple(OTHERS if at == named else None for at in range(len(wanted.group_by)))
    priors = [line.prior for line in rest if line.prior is not None]
    return Line(
        (None,) * len(wanted.group_by),
        shown,
        parts.folded(line.current for line in rest),
        parts.folded(priors) if priors else None,
        None,
    )
