"""The conversations behind a figure as a file: all of them or none, read in chunks, on record."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from lib.auth.permissions import Permission
from lib.db.tenant import tenant_connection
from lib.metrics.details import Details
from lib.tenants.freshness import Freshness
from lib.ui.cards.asking import stream_all_details
from lib.ui.cards.cached_metrics import tenant_pools
from lib.ui.details.conversation_table import TECHNICAL_WORDS, VALUE_COLUMNS, plain_row
from lib.ui.files.csv_file import csv_bytes
from lib.ui.files.exports import MadeFile, exported
from lib.ui.files.file_head import file_head
from lib.ui.filters.address import View
from lib.ui.frame.errors import CARD_FAULTS, show_trouble
from lib.ui.frame.state_keys import turn_key
from lib.ui.visit.session import Session
from lib.ui.words.formats import integer

MOST_ROWS = 100_000
Progress = Callable[[float], object]


@st.fragment
def conversation_download(
    session: Session, freshness: Freshness, details: Details, view: View
) -> None:
    """A button that reads the list while a bar moves, and then the button that saves it.

    Longer lists than the limit are told so beforehand and never cut.
    """
    if not session.may(Permission.EXPORT_CONVERSATIONS) or not details.conversations:
        return
    count = details.conversations
    if count > MOST_ROWS:
        told = (
            f"Son {integer(count)} conversaciones y un archivo trae hasta {integer(MOST_ROWS)}: "
            "elige menos días o más filtros."
        )
        st.html(f'<p class="tabla-resto">{told}</p>')
        return
    label = f"Preparar CSV de {integer(count)} conversaciones"
    if not st.button(label, key=turn_key("preparar")):
        return
    bar = st.progress(0.0, "Leyendo conversaciones…")
    make = partial(conversation_file, session, freshness, details, view, bar.progress)
    try:
        content = exported(
            session, "detalle", view, make, permission=Permission.EXPORT_CONVERSATIONS
        )
    except CARD_FAULTS as error:
        bar.empty()
        show_trouble(error, card="detalle")
        return
    bar.empty()
    st.download_button(
        "Guardar CSV",
        data=content,
        file_name=f"conversaciones_{view.start.isoformat()}_{view.end.isoformat()}.csv",
        mime="text/csv",
        key=turn_key("guardar"),
        on_click="ignore",
        type="primary",
    )


def conversation_file(
    session: Session, freshness: Freshness, details: Details, view: View, progress: Progress
) -> MadeFile:
    """The CSV of all conversations behind a figure; `progress` is told the part that is read."""
    metric = details.metric
    rows: list[tuple[object, ...]] = []
    with tenant_connection(tenant_pools(), session.project_id) as connection:
        for chunk in stream_all_details(
            connection,
            metric.name,
            view,
            MOST_ROWS,
            scope=session.scope,
            technical=details.technical,
        ):
            rows += [plain_row(row, session.project.timezone) for row in chunk.rows]
            progress(min(len(rows) / max(chunk.conversations, 1), 1.0))
    head = file_head(
        session.project,
        freshness,
        view,
        scope=session.scope,
        title=f"Detalle de conversaciones: {metric.label_es}{TECHNICAL_WORDS[details.technical]}",
        definitions=[(metric.label_es, metric.definition_es)],
    )
    columns = (*VALUE_COLUMNS, details.measured.label_es)
    return MadeFile(csv_bytes(head, columns, rows), len(rows))
