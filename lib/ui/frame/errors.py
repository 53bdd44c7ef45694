"""Failures in words a reader can use: Spanish, what to do next, and an incident number to quote.

The number stands in the log beside the error; nothing of the error itself reaches the page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import streamlit as st
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError

from lib.db.errors import DatabaseBusyError
from lib.db.urls import NoDatabaseError
from lib.log import get_logger, new_incident
from lib.metrics.errors import MetricsError, OutsideEntitiesError

log = get_logger(__name__)
LOST_CONNECTION = (OperationalError, InterfaceError, NoDatabaseError)
STATEMENT_TIMEOUT = "57014"
# What reading data can fail with.
EXPECTED = (SQLAlchemyError, NoDatabaseError, DatabaseBusyError, MetricsError)
# What one card can fail with, data nobody foresaw included, while the rest of the page stands.
CARD_FAULTS = (*EXPECTED, ArithmeticError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One failure as a reader sees it; `heals` when waiting is what helps."""

    heading: str
    advice: str
    heals: bool = False


BUSY = Trouble(
    "Ocupado en este momento",
    "Hay muchas consultas a la vez. Espera unos segundos: la página lo intenta de nuevo sola.",
    heals=True,
)
DOWN = Trouble(
    "Sin conexión con los datos",
    "No pudimos leer los datos. La página lo intenta de nuevo sola; tus filtros se conservan.",
    heals=True,
)
SLOW = Trouble(
    "La consulta tardó demasiado",
    "Elige un periodo más corto o menos filtros e inténtalo de nuevo.",
)
NO_ACCESS = Trouble(
    "Sin acceso",
    "Tu acceso es a algunas entidades y estas cifras son de toda la organización.",
)
NOT_ALLOWED = Trouble(
    "No tienes permiso para ver esta página",
    "Si la necesitas, pide a quien administra tu organización que cambie tu papel.",
)
REFUSED = Trouble("No se pudo calcular", "Quita los filtros o elige otro periodo.")
UNEXPECTED = Trouble(
    "Algo salió mal",
    "El equipo quedó avisado. Actualiza la página; si continúa, comparte el número de incidente.",
)


def trouble_of(error: Exception) -> Trouble:
    """The words for an error; an unknown one is "something went wrong", never its own text."""
    if isinstance(error, DatabaseBusyError):
        return BUSY
    if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", "") == STATEMENT_TIMEOUT:
        return SLOW
    if isinstance(error, LOST_CONNECTION):
        return DOWN
    if isinstance(error, OutsideEntitiesError):
        return NO_ACCESS
    return REFUSED if isinstance(error, MetricsError) else UNEXPECTED


def is_lost(error: Exception) -> bool:
    """Whether the whole database is out of reach or busy, not only this one question."""
    return trouble_of(error).heals


def log_incident(error: Exception, **facts: object) -> str:
    """Write the error to the log under a new incident number and return the number."""
    incident = new_incident()
    log.error(
        "incident", incident=incident, error_type=type(error).__name__, **facts, exc_info=error
    )
    return incident


def trouble_html(trouble: Trouble, incident: str) -> str:
    """The notice as HTML."""
    return (
        f'<div class="aviso" role="alert"><strong>{escape(trouble.heading)}</strong>'
        f"<p>{escape(trouble.advice)}</p>"
        f'<p class="incidente">Incidente {escape(incident)}</p></div>'
    )


def show_trouble(error: Exception, **facts: object) -> Trouble:
    """Log an error and show its notice where the caller stands."""
    trouble = trouble_of(error)
    st.html(trouble_html(trouble, log_incident(error, **facts)))
    return trouble


def guarded(draw: Callable[[], None], **facts: object) -> None:
    """Draw one part of a page; when it fails, its place shows a notice instead."""
    try:
        draw()
    except CARD_FAULTS as error:
        show_trouble(error, **facts)


def show_unexpected(error: Exception) -> bool:
    """Streamlit's last resort for an error nobody caught: our notice instead of its own."""
    show_trouble(error, where="page")
    return True
