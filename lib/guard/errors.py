"""Why free SQL gave no rows. `detail_es` is for the analyst; no text of the server is in it.

FreeSqlError
  BlockedError        a rule of the guard; carries the verdict
  TooCostlyError      the server expects too much work; the estimate itself is shown to nobody
  TooSlowError        not done within the time
  TooLargeError       more bytes, or more memory and disk, than one answer may take
  StatementError      PostgreSQL refused it: a division by zero, types that do not match
  UnavailableError    no connection, or it was lost
TenantBusyError (lib.db.errors) when all connections for free SQL are in use for 3 s.
"""

from lib.guard.verdicts import Verdict

__all__ = [
    "BlockedError",
    "FreeSqlError",
    "StatementError",
    "TooCostlyError",
    "TooLargeError",
    "TooSlowError",
    "UnavailableError",
]

# what the analyst can do about it, by SQLSTATE; the server's own text may quote data
HINTS_ES = {
    "22012": "Hay una división por cero; use nullif(divisor, 0).",
    "42803": "Una columna no está en GROUP BY ni dentro de un agregado.",
    "42804": "Los tipos no concuerdan; use un cast.",
    "42883": "No hay una función u operador para esos tipos; use un cast.",
    "42702": "Una columna es ambigua; póngale delante el alias de su tabla.",
    "22P02": "Un texto no se puede leer como el tipo pedido.",
    "22007": "Una fecha no se puede leer; escríbala como 2026-02-17.",
    "22008": "Una fecha está fuera de lo posible.",
    "22003": "Un número está fuera de lo posible.",
    "21000": "Una subconsulta da más de una fila donde se espera una.",
}


class FreeSqlError(Exception):
    """No rows; `word` is for machines, `detail_es` for the analyst."""

    word = "failed"
    detail_es = "La consulta no se pudo completar."

    def __init__(self) -> None:
        super().__init__(self.detail_es)


class BlockedError(FreeSqlError):
    """The guard does not allow the statement; it never reached the server."""

    word = "blocked"

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        self.detail_es = verdict.detail_es
        super().__init__()


class TooCostlyError(FreeSqlError):
    """The planner expects more work than is allowed; nothing was run."""

    word = "too_costly"
    detail_es = "La consulta haría demasiado trabajo; ponga un período o menos tablas."


class TooSlowError(FreeSqlError):
    """The time was over; the statement was cancelled."""

    word = "too_slow"
    detail_es = "La consulta tardó demasiado y se detuvo; ponga un período más corto."


class TooLargeError(FreeSqlError):
    """The answer, or what the server needs for it, is too large."""

    word = "too_large"
    detail_es = "La respuesta es demasiado grande; pida menos columnas o resuma."


class StatementError(FreeSqlError):
    """PostgreSQL refused the statement; `sqlstate` says why."""

    word = "statement"

    def __init__(self, sqlstate: str | None) -> None:
        self.sqlstate = sqlstate
        self.detail_es = HINTS_ES.get(sqlstate or "", "PostgreSQL no acepta la consulta así.")
        super().__init__()


class UnavailableError(FreeSqlError):
    """The server could not be asked; a moment later it may work."""

    word = "unavailable"
    detail_es = "La base de datos no respondió; pruebe otra vez en un momento."
