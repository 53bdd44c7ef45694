"""One conversation as a row: for the screen in words, for a file in plain values."""

from lib.metrics.details import DetailRow, Details
from lib.ui.cards.result_table import Table
from lib.ui.filters.address import conversation_link
from lib.ui.words.formats import day, instant, integer
from lib.ui.words.labels import NO_VALUE, value_label

COLUMNS = (
    "Fecha",
    "Contacto",
    "Entidad",
    "Canal",
    "Tipo de conversación",
    "Hora",
    "Agentes",
    "Entrantes",
    "Bot",
    "Agente",
    "Fallback",
)
NOBODY = "ninguno"
VALUE_COLUMNS = (*COLUMNS, "Primer mensaje")
TECHNICAL_WORDS = {
    None: "",
    True: ", solo intenciones técnicas",
    False: ", sin intenciones técnicas",
}
FIRST_NUMBER = 7


def details_table(details: Details, tenant: str | None = None) -> Table:
    """One row per conversation, which its day leads to; the contact is masked."""
    measured = details.measured
    has_own = measured.unit not in {"conversaciones", "contactos"}
    columns = (*COLUMNS, measured.label_es) if has_own else COLUMNS
    rows = tuple(_texts(row)[: len(columns)] for row in details.rows)
    numeric = tuple(place >= FIRST_NUMBER for place in range(len(columns)))
    links = tuple(
        conversation_link(row.contact_key, row.local_date, tenant) for row in details.rows
    )
    return Table(columns, rows, numeric, columns, rows, links)


def plain_row(row: DetailRow, timezone: str) -> tuple[object, ...]:
    """The values of VALUE_COLUMNS and what the row counts; times in the project's zone."""
    return (
        row.local_date,
        *_names(row),
        row.inbound,
        row.bot,
        row.agent,
        row.fallbacks,
        instant(row.first_message_at, timezone),
        row.measured,
    )


def _texts(row: DetailRow) -> tuple[str, ...]:
    return (
        day(row.local_date),
        *_names(row),
        *(integer(count) for count in (row.inbound, row.bot, row.agent, row.fallbacks)),
        integer(row.measured),
    )


def _names(row: DetailRow) -> tuple[str, ...]:
    return (
        row.contact_masked or NO_VALUE,
        value_label("entity", row.entity),
        value_label("channel", row.channel),
        value_label("conversation_type", row.conversation_type),
        value_label("hour", row.hour),
        ", ".join(row.agents) or NOBODY,
    )
