"""What surrounds every page: title, freshness line, notices, and the states without data."""

from collections.abc import Iterable
from html import escape
from typing import Literal

import streamlit as st

from lib import clock
from lib.tenants.freshness import Freshness, load_freshness
from lib.ui.frame.brand import icon_of, product_name
from lib.ui.frame.errors import EXPECTED, show_trouble
from lib.ui.frame.freshness_line import freshness_html, freshness_notices
from lib.ui.frame.healing import wait_and_retry
from lib.ui.visit.session import Session


def page_title(title: str, session: Session) -> None:
    """Title of a page that shows no figures, whose they are, and the way out."""
    _configure(title, session)
    st.html(_head_html(title, session))


def page_head(title: str, session: Session) -> Freshness:
    """Title and freshness of a page. Without data or without a database the page ends here."""
    _configure(title, session)
    place = st.container()
    freshness = _freshness(session)
    now = clock.now()
    with place:
        st.html(
            _head_html(title, session) + freshness_html(freshness, session.project, now),
        )
    notices(freshness_notices(freshness, session.project, now))
    if freshness is None:
        empty_page(
            "Aún no hay datos",
            "La primera carga todavía no termina. Esta página se actualizará sola.",
        )
        wait_and_retry()
        st.stop()
    return freshness


def notices(texts: Iterable[str]) -> None:
    """Sentences the reader should see before the numbers."""
    html = "".join(f'<p class="nota-filtro" role="status">{escape(text)}</p>' for text in texts)
    if html:
        st.html(html)


def section(title: str, detail: str = "") -> None:
    """A heading inside a page."""
    small = f"<small>{escape(detail)}</small>" if detail else ""
    st.html(f'<h2 class="seccion">{escape(title)}{small}</h2>')


def empty_page(heading: str, advice: str, shape: Literal["pagina", "franja"] = "pagina") -> None:
    """Nothing to show, and what to do about it: in place of a page, or of one row of it."""
    st.html(
        f'<div class="vacio {shape}" role="status"><strong>{escape(heading)}</strong>'
        f"<p>{escape(advice)}</p></div>"
    )


def page_trouble(error: Exception) -> None:
    """The whole page cannot be answered: say so, and try again when waiting helps."""
    if show_trouble(error, where="page").heals:
        wait_and_retry()


def _configure(title: str, session: Session) -> None:
    name = product_name(session.project)
    st.set_page_config(f"{title} · {name}", page_icon=icon_of(session.project), layout="wide")


def _head_html(title: str, session: Session) -> str:
    return (
        f'<div class="encabezado"><h1>{escape(title)}</h1>'
        f'<span class="proyecto">{escape(session.project.name)}</span>'
        f"{_visitor_html(session)}</div>"
    )


def _visitor_html(session: Session) -> str:
    """Who is in, and the way out."""
    name = session.identity.name
    who = f"<span>{escape(name)}</span>" if name else ""
    return f'<span class="visita">{who}<a href="/salir" target="_self">Salir</a></span>'


def _freshness(session: Session) -> Freshness | None:
    try:
        return load_freshness(session.project_id)
    except EXPECTED as error:
        page_trouble(error)
        st.stop()
