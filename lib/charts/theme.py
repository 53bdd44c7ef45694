"""Colours and the one template of every figure, so that all charts look like one product."""

from collections.abc import Mapping

import plotly.graph_objects as go

TEXT = "#1A1A2E"
TEXT_SOFT = "#55597A"
GRID = "#EBEEF4"
SURFACE = "#FFFFFF"
BLUE = "#0066CC"
BLUE_DARK = "#003D73"
BLUE_LIGHT = "#80C4E8"
GREEN = "#76C043"
GREY = "#A0A3BD"
AMBER = "#FFC107"
RED = "#EF4444"
BLUES = ("#0066CC", "#338FD9", "#5AADE0", "#80C4E8", "#0052A3", "#003D73")
HEAT = ((0.0, "#F2F7FC"), (0.25, "#C4E1F5"), (0.5, "#5AADE0"), (0.75, "#0066CC"), (1.0, "#003D73"))
DIRECTION_COLORS: Mapping[str, str] = {
    "inbound": BLUE,
    "bot": BLUE_LIGHT,
    "agent": GREEN,
    "campaign": GREY,
}
CONVERSATION_TYPE_COLORS: Mapping[str, str] = {"bot": BLUE_LIGHT, "mixed": BLUE, "agent": GREEN}
FONT = '"Source Sans", "Segoe UI", Roboto, Arial, sans-serif'
# Thousands with a point, decimals with a comma.
SEPARATORS = ",."

_AXIS = {
    "automargin": True,
    "gridcolor": GRID,
    "linecolor": GRID,
    "tickfont": {"size": 12, "color": TEXT_SOFT},
    "title": {"font": {"size": 12, "color": TEXT_SOFT}, "standoff": 8},
    "ticks": "",
    "ticklabelstandoff": 6,
    "zeroline": False,
    "fixedrange": True,
}
TEMPLATE = go.layout.Template(
    layout={
        "autosize": True,
        "colorway": list(BLUES),
        "font": {"family": FONT, "size": 13, "color": TEXT},
        "hoverlabel": {
            "bgcolor": SURFACE,
            "bordercolor": GRID,
            "font": {"family": FONT, "size": 13, "color": TEXT},
        },
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "xanchor": "left",
            "yanchor": "bottom",
            "title": {"text": ""},
        },
        "margin": {"l": 8, "r": 16, "t": 8, "b": 8},
        "paper_bgcolor": SURFACE,
        "plot_bgcolor": SURFACE,
        "separators": SEPARATORS,
        "xaxis": _AXIS,
        "yaxis": {**_AXIS, "rangemode": "tozero", "tickformat": ",~f"},
    }
)
# What the browser's plotting library may show: the figure, no toolbar and no logo.
CONFIG = {"displayModeBar": False, "displaylogo": False, "responsive": True, "scrollZoom": False}
