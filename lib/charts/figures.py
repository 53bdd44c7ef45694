"""The shapes of the product's charts. Each function takes labels and values and returns a figure.

Hover texts come ready formatted from the caller, so a chart says the same words as its table. Every
point carries its place in what it was drawn from, so that a click on it can be understood.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import plotly.graph_objects as go

from lib.charts.theme import BLUE, BLUE_LIGHT, GREY, HEAT, SURFACE, TEMPLATE, TEXT

HEIGHT = 300
ROW_HEIGHT = 32
LONGEST_LABEL = 34
POINT = 5
# level where there is room, else slanted: labels never lie on each other
ANGLES = [0, 30, 60, 90]
HOVER = "%{hovertext}<extra></extra>"
Values = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Series:
    """One named line or set of columns; `hover` has a finished text per point."""

    name: str
    values: tuple[float | None, ...]
    hover: tuple[str, ...]
    color: str = BLUE
    is_dashed: bool = False


class FinishedFigure(go.Figure):  # type: ignore[misc]  # plotly ships no types
    """A figure nobody changes any more: what is sent of it to every visitor is made once."""

    def __init__(self, figure: go.Figure) -> None:
        super().__init__(figure)
        self._sent = super().to_dict()

    def to_dict(self) -> dict[str, Any]:
        """The figure as the browser gets it: the same object each time, to be read only."""
        sent: dict[str, Any] = self._sent
        return sent


class ChartDataError(ValueError):
    """Labels, values and hover texts of one chart differ in number."""


def line(labels: Sequence[str], series: Sequence[Series], *, is_partial: bool = False) -> go.Figure:
    """Values over time. With `is_partial` the last step of solid lines is dotted: still running."""
    traces: list[dict[str, Any]] = []
    for one in series:
        _check(labels, one.values, one.hover)
        traces += _line_traces(labels, one, is_partial=is_partial and not one.is_dashed)
    layout = {
        "hovermode": "x unified",
        "showlegend": len(series) > 1,
        "margin": {"t": 36 if len(series) > 1 else 12},
        "xaxis": {"type": "category", "showgrid": False, "nticks": 8, "autotickangles": ANGLES},
    }
    return _figure(traces, layout)


def columns(labels: Sequence[str], series: Sequence[Series]) -> go.Figure:
    """Vertical columns, one group per label; several series are stacked."""
    for one in series:
        _check(labels, one.values, one.hover)
    traces = [
        _bar(list(labels), list(one.values), one.hover, one.color) | {"name": one.name}
        for one in series
    ]
    layout = {
        "barmode": "stack",
        "bargap": 0.25,
        "showlegend": len(series) > 1,
        "margin": {"t": 36 if len(series) > 1 else 12},
        "xaxis": {"type": "category", "showgrid": False, "autotickangles": ANGLES},
    }
    return _figure(traces, layout)


def peak_columns(labels: Sequence[str], series: Series, peaks: int = 3) -> go.Figure:
    """Vertical columns with the highest ones darker, so that the peak is seen before it is read."""
    known = sorted((value for value in series.values if value), reverse=True)
    limit = known[:peaks][-1] if known else float("inf")
    figure = columns(labels, [replace(series, color=BLUE_LIGHT)])
    colors = [BLUE if (value or 0) >= limit else BLUE_LIGHT for value in series.values]
    figure.data[0].marker.color = colors
    return figure


def bars(
    labels: Sequence[str],
    series: Series,
    *,
    texts: Sequence[str],
    colors: Sequence[str] | None = None,
) -> go.Figure:
    """Horizontal bars from the top down, each with its figure written at its end."""
    _check(labels, series.values, series.hover)
    _check(labels, series.values, texts)
    trace = _bar(list(series.values), [_short(label) for label in labels], series.hover, "")
    trace |= {
        "orientation": "h",
        "marker": {"color": list(colors) if colors else series.color, "cornerradius": 3},
        "text": list(texts),
        "textposition": "outside",
        "cliponaxis": False,
        "textfont": {"color": TEXT},
    }
    highest = max((value for value in series.values if value is not None), default=0)
    layout = {
        "bargap": 0.3,
        "height": max(HEIGHT, ROW_HEIGHT * len(labels) + 40),
        "showlegend": False,
        "margin": {"r": 24},
        # room for the texts outside the longest bar
        "xaxis": {"visible": False, "range": [0, (highest or 1) * _room_for(texts)]},
        "yaxis": {"type": "category", "autorange": "reversed", "showgrid": False},
    }
    return _figure([trace], layout)


def heatmap(
    columns_: Sequence[str],
    rows: Sequence[str],
    values: Sequence[Values],
    hover: Sequence[Sequence[str]],
) -> go.Figure:
    """A grid from light to dark, the first row on top.

    The places of its cells run row by row. The drawing library selects no cell of a grid, so an
    unseen point lies on each.
    """
    if len(values) != len(rows) or len(hover) != len(rows):
        raise ChartDataError(f"{len(rows)} rows were expected, got {len(values)}")
    for row, texts in zip(values, hover, strict=True):
        _check(columns_, row, texts)
    trace = {
        "type": "heatmap",
        "x": list(columns_),
        "y": list(rows),
        "z": [list(row) for row in values],
        "hoverinfo": "skip",
        "colorscale": [list(step) for step in HEAT],
        "xgap": 2,
        "ygap": 2,
        "showscale": False,
    }
    layout = {
        "xaxis": {"type": "category", "showgrid": False, "tickangle": 0},
        "yaxis": {"type": "category", "autorange": "reversed", "showgrid": False},
    }
    unseen = {"marker": {"opacity": 0}}
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": [column for _row in rows for column in columns_],
        "y": [row for row in rows for _column in columns_],
        "hovertext": [text for texts in hover for text in texts],
        "hovertemplate": HOVER,
        "customdata": list(range(len(rows) * len(columns_))),
        "marker": {"opacity": 0, "size": 22, "symbol": "square"},
        "selected": unseen,
        "unselected": unseen,
        "showlegend": False,
    }
    return _figure([trace, points], layout)


def _line_traces(
    labels: Sequence[str], series: Series, *, is_partial: bool
) -> list[dict[str, Any]]:
    base = {
        "type": "scatter",
        "mode": "lines+markers" if len(labels) > 1 else "markers",
        "name": series.name,
        "hovertemplate": HOVER,
        "legendgroup": series.name,
    }
    style = {
        "color": GREY if series.is_dashed else series.color,
        "width": 1.8 if series.is_dashed else 2.6,
        "dash": "dash" if series.is_dashed else "solid",
    }
    whole = {
        **base,
        "x": list(labels),
        "y": list(series.values),
        "hovertext": list(series.hover),
        "line": style,
        "marker": {"color": style["color"], "size": 8 if len(labels) == 1 else POINT},
    }
    if series.is_dashed:
        # what is compared with is looked at; a click is on the period itself
        return [whole | {"mode": "lines" if len(labels) > 1 else "markers"}]
    whole["customdata"] = list(range(len(labels)))
    if not is_partial or len(labels) < 2:
        return [whole]
    whole |= {"y": [*series.values[:-1], None]}
    step = {**base, "mode": "lines", "showlegend": False, "line": {**style, "dash": "dot"}}
    step |= {"x": list(labels[-2:]), "y": list(series.values[-2:]), "hoverinfo": "skip"}
    del step["hovertemplate"]
    end = {**base, "mode": "markers", "showlegend": False, "x": [labels[-1]]}
    end |= {"y": [series.values[-1]], "hovertext": [series.hover[-1]]}
    end |= {"customdata": [len(labels) - 1]}
    end |= {"marker": {"color": SURFACE, "size": 8, "line": {"color": series.color, "width": 2}}}
    return [whole, step, end]


def _bar(x: list[Any], y: list[Any], hover: Sequence[str], color: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "x": x,
        "y": y,
        "hovertext": list(hover),
        "customdata": list(range(len(hover))),
        "hovertemplate": HOVER,
        "marker": {"color": color or BLUE, "cornerradius": 3},
    }


def _figure(traces: list[dict[str, Any]], layout: dict[str, Any]) -> go.Figure:
    return go.Figure(data=traces, layout={"template": TEMPLATE, "height": HEIGHT, **layout})


def _room_for(texts: Sequence[str]) -> float:
    """How much longer than its longest bar a chart must be for the texts behind the bars."""
    return 1.15 + 0.035 * max((len(text) for text in texts), default=0)


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"


def _check(labels: Sequence[str], values: Values, texts: Sequence[str]) -> None:
    if not len(labels) == len(values) == len(texts):
        raise ChartDataError(
            f"as many values and texts as labels were expected, got {len(labels)} labels, "
            f"{len(values)} values and {len(texts)} texts"
        )
