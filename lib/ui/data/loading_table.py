"""How loading goes, list by list, as a table and a sentence."""

from collections.abc import Sequence

from lib.tenants.sync_states import SyncState
from lib.ui.cards.result_table import Table
from lib.ui.words.formats import day, instant, integer
from lib.ui.words.labels import ENDPOINTS, SYNC_STATUSES

COLUMNS = ("Datos", "Estado", "Última lectura buena", "Último intento", "Completo hasta")


def loading_table(states: Sequence[SyncState], timezone: str) -> Table:
    """One row per list of the API, what failed first."""
    ordered = sorted(states, key=lambda state: (state.status != "failed", _name(state).lower()))
    rows = tuple(
        (
            _name(state),
            SYNC_STATUSES.get(state.status, state.status),
            instant(state.last_success_at, timezone),
            instant(state.last_attempt_at, timezone),
            # a list that is read whole has no days
            day(state.complete_until) if state.complete_until else "",
        )
        for state in ordered
    )
    return Table(COLUMNS, rows, (False,) * len(COLUMNS), COLUMNS, rows)


def failure_sentences(states: Sequence[SyncState]) -> list[str]:
    """What the reader should know first: what could not be read, and what to do about it."""
    failed = [_name(state) for state in states if state.status == "failed"]
    if not failed:
        return []
    return [
        f"Falló la última lectura de: {', '.join(failed)}. Se repite sola con la próxima carga; "
        "si continúa mañana, avisa a quien opera la plataforma."
    ]


def good_readings(states: Sequence[SyncState]) -> str:
    """15 de 15 lecturas salieron bien"""
    good = sum(state.status == "ok" for state in states)
    return f"{integer(good)} de {integer(len(states))} lecturas salieron bien la última vez"


def _name(state: SyncState) -> str:
    return ENDPOINTS.get(state.endpoint, state.endpoint)
