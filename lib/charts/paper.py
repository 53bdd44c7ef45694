"""The same figures on paper: a figure of the screen drawn as SVG, its texts as outlines."""

import io
from collections.abc import Callable

import plotly.graph_objects as go
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from lib.charts.theme import BLUE, GRID, TEXT, TEXT_SOFT

# inches: across a page, and beside a small table
WIDE, BESIDE = 7.0, 4.4
HEIGHT = 2.6
BAR_HEIGHT = 0.3
SMALL, NORMAL = 8, 9
ROOM_FOR_LABEL = 0.75
DASHES = {"dash": "--", "dot": ":"}
NO_SOURCE = {"Creator": None, "Date": None, "Format": None, "Type": None}


class UnknownShapeError(ValueError):
    """A figure has a shape that paper has no drawing for: lines and lying bars were expected."""


def svg(figure: go.Figure, width: float = WIDE) -> str:
    """A figure of lines or of lying bars as SVG, so many inches wide. Raises UnknownShapeError."""
    traces = list(figure.data)
    if traces and all(trace.type == "scatter" for trace in traces):
        return _drawn(width, HEIGHT, lambda axes: _lines(axes, figure, int(width / ROOM_FOR_LABEL)))
    if traces and all(trace.type == "bar" and trace.orientation == "h" for trace in traces):
        height = max(1.2, BAR_HEIGHT * len(traces[0].y) + 0.3)
        return _drawn(width, height, lambda axes: _lying_bars(axes, traces[0]))
    shapes = sorted({str(trace.type) for trace in traces}) or ["nothing"]
    raise UnknownShapeError(f"lines or lying bars were expected, got {', '.join(shapes)}")


def _drawn(width: float, height: float, draw: Callable[[Axes], None]) -> str:
    page = Figure(figsize=(width, height), layout="constrained")
    axes = page.subplots()
    axes.spines[:].set_visible(False)
    axes.tick_params(colors=TEXT_SOFT, labelsize=SMALL, length=0)
    draw(axes)
    file = io.StringIO()
    page.savefig(file, format="svg", metadata=NO_SOURCE)
    return file.getvalue()


def _lines(axes: Axes, figure: go.Figure, most_labels: int) -> None:
    labels = max((list(trace.x) for trace in figure.data), key=len)
    places = {label: place for place, label in enumerate(labels)}
    is_rate = str(figure.layout.yaxis.tickformat or "").endswith("%")
    for trace in figure.data:
        axes.plot(
            [places[label] for label in trace.x],
            [float("nan") if value is None else value for value in trace.y],
            color=trace.line.color or trace.marker.line.color or BLUE,
            linestyle=DASHES.get(trace.line.dash, "-"),
            marker="o" if "markers" in trace.mode else "",
            markersize=3,
            label=trace.name if trace.showlegend is not False else "_",
        )
    step = -(-len(labels) // most_labels)
    # counted from the end: the newest step always has its name
    shown = range(len(labels) - 1, -1, -step)
    axes.set_xticks(shown, [labels[place] for place in shown])
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(FuncFormatter(_rate if is_rate else _count))
    axes.grid(axis="y", color=GRID)
    axes.set_axisbelow(True)
    if sum(trace.showlegend is not False for trace in figure.data) > 1:
        axes.legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False, fontsize=NORMAL
        )


def _lying_bars(axes: Axes, trace: go.Bar) -> None:
    lengths = [value or 0 for value in trace.x]
    places = range(len(lengths))
    axes.barh(places, lengths, height=0.7, color=trace.marker.color or BLUE)
    axes.set_yticks(places, trace.y)
    axes.invert_yaxis()
    axes.xaxis.set_visible(False)
    longest = max(lengths, default=0) or 1
    axes.set_xlim(0, longest * (1.15 + 0.012 * max(len(text) for text in trace.text)))
    for place, (length, text) in enumerate(zip(lengths, trace.text, strict=True)):
        axes.text(length + longest * 0.01, place, text, va="center", color=TEXT, fontsize=NORMAL)


def _count(value: float, _place: int) -> str:
    return f"{value:,.0f}".replace(",", ".") if value == int(value) else ""


def _rate(value: float, _place: int) -> str:
    return f"{value * 100:.0f} %"
