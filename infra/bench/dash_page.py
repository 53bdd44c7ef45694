"""The page of Conversaciones again, in Plotly Dash: `python dash_page.py CONTENT.json PORT`.

Run by `infra.bench.dash_reference` with a Python that has Dash. Figures and numbers are those the
product drew, read from a file: Dash asks no database and checks no rights, it only shows.
"""

import json
import sys
from pathlib import Path

from dash import Dash, Input, Output, dcc, html

CONTENT = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
PERIODS = list(CONTENT)
GRID = {"display": "grid", "gridTemplateColumns": "1fr 1fr", "gap": "16px"}
app = Dash(__name__, title="Conversaciones")
app.layout = html.Main(
    [
        html.H1("Control de Conversaciones"),
        dcc.RadioItems(PERIODS, PERIODS[0], id="period"),
        html.Div(id="kpis"),
        html.Div(id="charts", style=GRID),
    ]
)


def show(period: str) -> tuple[list[html.Span], list[dcc.Graph]]:
    """The numbers and charts of one period."""
    page = CONTENT[period]
    kpis = [html.Span(f"{name}: {value} ", className="kpi") for name, value in page["kpis"]]
    charts = [
        dcc.Graph(figure=figure, config={"displayModeBar": False}) for figure in page["charts"]
    ]
    return kpis, charts


app.callback(Output("kpis", "children"), Output("charts", "children"), Input("period", "value"))(
    show
)

if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(sys.argv[2]), debug=False)
