"""What every page needs, loaded before the first visitor and left alone by garbage collection."""

import gc
from importlib import import_module

MODULES = (
    "pandas",
    "plotly.graph_objects",
    "plotly.io",
    "streamlit.elements.plotly_chart",
    "lib.charts.theme",
    "lib.metrics.query",
    "lib.reports.pdf",
    "lib.ui.cards.board",
    "lib.ui.executive.report_file",
    "lib.ui.home.briefing",
)


def preload() -> None:
    """Import the heavy libraries and our own rooms, then freeze what now lives for ever."""
    for module in MODULES:
        import_module(module)
    gc.collect()
    gc.freeze()
