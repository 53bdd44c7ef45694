"""The inside of a card: a chart whose marks can be clicked, a table, or why there is none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from html import escape

import streamlit as st

from lib.charts.figures import FinishedFigure
from lib.charts.theme import CONFIG
from lib.metrics.results import MetricResult
from lib.ui.cards.arranging import FIRST_UP, arranged
from lib.ui.cards.cached_metrics import Scene
from lib.ui.cards.marks import Drawing, Mark, view_of_mark
from lib.ui.cards.registry import Card
from lib.ui.cards.result_table import table_html
from lib.ui.filters.address import View
from lib.ui.filters.filter_bar import go_to
from lib.ui.frame.state_keys import MARK_CLICKED, chart_key, order_key, search_key

CHART, TABLE, SQL = "Gráfico", "Tabla", "SQL"
# tables of so many rows are searched and put in another order
LONG = 6
LONGEST_SEARCH = 80


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A finished table: its HTML, and the columns and number of rows there are to choose from."""

    html: str
    columns: tuple[str, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """What a card shows as a chart: a drawing, or nothing where nothing was counted, and a text."""

    drawing: Drawing | None
    below: str


def is_empty(result: MetricResult) -> bool:
    """Whether nothing at all was counted."""
    places = [at for at, column in enumerate(result.columns) if column.role == "metric"]
    return not any(row[at] for row in result.rows for at in places)


def chart_of(card: Card, scene: Scene, result: MetricResult) -> Chart:
    """The chart of an answer."""
    if is_empty(result):
        return Chart(None, _empty_html(card, result) + _notes_html(result))
    drawing = card.draw(result, scene.view_of(card.question))
    finished = replace(drawing, figure=FinishedFigure(drawing.figure))
    return Chart(finished, _notes_html(result))


def show_chart(
    card: Card, chart: Chart, scene: Scene, tenant: str | None, *, narrows: bool
) -> None:
    """Draw it. With `narrows` a click on a mark writes the view about it into the address."""
    if chart.drawing is not None:
        # of another scene it is another chart: nothing stays selected when its filter has gone
        key = chart_key(card.id, scene.key)
        clicked = partial(_clicked, key, chart.drawing.marks, scene.view_of(card.question), tenant)
        st.plotly_chart(
            chart.drawing.figure,
            theme=None,
            config=CONFIG,
            alt=f"{card.title}. {card.subtitle}. Elige «{TABLE}» para leer las cifras.",
            key=key,
            selection_mode="points",
            on_select=clicked if narrows else "ignore",
        )
    if chart.below:
        st.html(chart.below)


def _clicked(key: str, marks: Sequence[Mark], view: View, tenant: str | None) -> None:
    """A mark was clicked: the address becomes that of its view, and the whole page follows."""
    points = st.session_state[key]["selection"]["points"]
    place = points[0].get("customdata") if points else None
    place = place[0] if isinstance(place, list) and place else place
    if not isinstance(place, int) or not 0 <= place < len(marks) or not marks[place].narrows:
        return
    go_to(view_of_mark(view, marks[place]), tenant)
    st.session_state[MARK_CLICKED] = True


def shown_table(card: Card, result: MetricResult, order: str = "", search: str = "") -> ShownTable:
    """The table of an answer, arranged as asked."""
    if is_empty(result):
        return ShownTable(_empty_html(card, result) + _notes_html(result))
    whole = card.table(result)
    table = arranged(whole, order, search)
    html = table_html(table, f"{card.title}: {card.subtitle}")
    if not table.rows:
        html = '<p class="tabla-resto" role="status">Ninguna fila tiene esas palabras.</p>'
    return ShownTable(html + _notes_html(result), whole.columns, len(whole.rows))


def show_table(card: Card, make: Callable[[str, str], ShownTable]) -> None:
    """Draw a table; a long one with a choice of order and a box to search it."""
    keys = order_key(card.id), search_key(card.id)
    order, search = (st.session_state.get(key) or "" for key in keys)
    shown = make(order, search)
    if shown.count >= LONG:
        with st.container(horizontal=True, gap="small"):
            st.selectbox(
                f"Ordenar {card.title} por",
                (FIRST_UP, *shown.columns),
                key=keys[0],
                label_visibility="collapsed",
                width=220,
            )
            st.text_input(
                f"Buscar en {card.title}",
                key=keys[1],
                placeholder="Buscar en la tabla",
                max_chars=LONGEST_SEARCH,
                label_visibility="collapsed",
                width=220,
            )
    st.html(shown.html)


def show_sql(result: MetricResult) -> None:
    """The statements behind a card, as the project's own role ran them; values stand apart."""
    st.code("\n\n".join(result.statements), language="sql", wrap_lines=True)


def note_texts(result: MetricResult) -> tuple[str, ...]:
    """What must be said beside the figures, each sentence once."""
    return tuple(dict.fromkeys(note.text_es for note in result.notes))


def _notes_html(result: MetricResult) -> str:
    texts = note_texts(result)
    return "".join(f'<p class="tabla-resto">{escape(text)}</p>' for text in texts)


def _empty_html(card: Card, result: MetricResult) -> str:
    if any(note.code == "not_applicable" for note in result.notes):
        heading, reason = "No aplica", "Estas cifras no se pueden separar con los filtros elegidos."
    else:
        heading, reason = "Sin datos", card.empty
    return f'<div class="vacio"><strong>{heading}</strong><p>{escape(reason)}</p></div>'
