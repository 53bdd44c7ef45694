"""The files of a card: all rows of its table as CSV or XLSX, with the huella of the figures."""

from collections.abc import Callable
from functools import partial
from typing import Literal

import streamlit as st

from lib.auth.permissions import Permission
from lib.metrics.huella import make_huella
from lib.metrics.manifest import current_catalog
from lib.metrics.results import MetricResult
from lib.tenants.freshness import Freshness
from lib.ui.cards.asking import as_value
from lib.ui.cards.cached_metrics import Scene, tenant_pools
from lib.ui.cards.registry import Card
from lib.ui.files.csv_file import csv_bytes
from lib.ui.files.exports import MadeFile, exported
from lib.ui.files.file_head import file_head
from lib.ui.files.xlsx_file import xlsx_bytes
from lib.ui.frame.state_keys import file_key
from lib.ui.visit.session import Session

Kind = Literal["csv", "xlsx"]
MIME = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
KINDS: tuple[Kind, ...] = ("csv", "xlsx")
Answer = Callable[[], MetricResult]


def file_buttons(
    session: Session, freshness: Freshness, scene: Scene, card: Card, answer: Answer
) -> None:
    """A button per kind of file, for who may take tables away; it is made when it is clicked."""
    if not session.may(Permission.EXPORT_TABLES):
        return
    for kind in KINDS:
        make = partial(card_file, session, freshness, scene, card, answer=answer, kind=kind)
        st.download_button(
            kind.upper(),
            data=partial(exported, session, card.id, scene.view_of(card.question), make, kind=kind),
            file_name=f"{card.id}_{scene.today.isoformat()}.{kind}",
            mime=MIME[kind],
            key=file_key(kind, card.id),
            on_click="ignore",
        )


def card_file(
    session: Session,
    freshness: Freshness,
    scene: Scene,
    card: Card,
    *,
    answer: Answer,
    kind: Kind,
) -> MadeFile:
    """One file of a card's table, under a block that says what the figures are."""
    result = answer()
    view = scene.view_of(card.question)
    question = as_value(card.question, view, today=scene.today, scope=session.scope)
    huella = make_huella(tenant_pools(), session.project_id, question)
    catalog = current_catalog()
    metrics = [catalog.metric(c.name) for c in result.columns if c.role == "metric"]
    head = file_head(
        session.project,
        freshness,
        view,
        scope=session.scope,
        title=card.title,
        definitions=[(metric.label_es, metric.definition_es) for metric in metrics],
        huella=huella.code,
    )
    table = card.table(result)
    if kind == "xlsx":
        content = xlsx_bytes(head, table.value_columns, table.values, title=card.title)
    else:
        content = csv_bytes(head, table.value_columns, table.values)
    return MadeFile(content, len(table.values))
