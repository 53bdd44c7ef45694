"""The cards of the pages in one registry: title, unit, question and drawing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lib.metrics.results import MetricResult
from lib.ui.cards import campaign_drawings, drawings, executive_drawings
from lib.ui.cards.marks import Drawing
from lib.ui.cards.result_table import Table
from lib.ui.cards.tables import entities_table, table_of, times_table
from lib.ui.filters.address import View


@dataclass(frozen=True, slots=True)
class Card:
    """One chart with its table. `subtitle` names the unit, `empty` why there may be nothing."""

    id: str
    title: str
    subtitle: str
    question: str
    draw: Callable[[MetricResult, View], Drawing]
    empty: str = "No hay mensajes que cumplan estos filtros."
    table: Callable[[MetricResult], Table] = table_of
    opens_as_table: bool = False


NO_SENDS = "No hubo envíos de campañas con estos filtros."
_ALL = (
    Card(
        "mensajes",
        "Mensajes en el tiempo",
        "Mensajes entrantes, del bot y de agentes",
        "over_time",
        drawings.over_time,
    ),
    Card(
        "direccion",
        "Mensajes por dirección",
        "Mensajes y participación",
        "direction",
        drawings.by_direction,
    ),
    Card(
        "hora",
        "Mensajes por hora",
        "Mensajes por hora local; las horas pico, en azul oscuro",
        "hour",
        drawings.by_hour,
    ),
    Card(
        "semana_hora",
        "Día de la semana y hora",
        "Mensajes en cada hora local de la semana",
        "weekday_hour",
        drawings.weekday_hour,
    ),
    Card(
        "intenciones",
        "Motivos de contacto",
        "Conversaciones con cada intención del bot",
        "intents",
        drawings.intents,
        empty="Ninguna conversación tuvo una intención en este periodo.",
    ),
    Card(
        "intenciones_tecnicas",
        "Intenciones técnicas",
        "Conversaciones con saludos, menús y otras intenciones del flujo del bot",
        "technical_intents",
        drawings.technical_intents,
        empty="Ninguna conversación tuvo una intención técnica en este periodo.",
    ),
    Card(
        "tipo",
        "Tipo de conversación",
        "Conversaciones según quién las atendió",
        "conversation_type",
        drawings.conversation_type,
        empty="No hay conversaciones que cumplan estos filtros.",
    ),
    Card(
        "agentes",
        "Agentes",
        "Mensajes, conversaciones y tiempos por agente",
        "agents",
        drawings.agents,
        empty="Ningún agente escribió en este periodo.",
        opens_as_table=True,
    ),
    Card(
        "espera",
        "Tiempo de espera",
        "Sesiones de agente según lo que esperó el contacto",
        "wait_buckets",
        drawings.wait_buckets,
        empty="No hubo sesiones de agente en este periodo.",
    ),
    Card(
        "cierre",
        "Motivos de cierre",
        "Sesiones de agente según cómo terminaron",
        "close_reasons",
        drawings.close_reasons,
        empty="No hubo sesiones de agente en este periodo.",
    ),
    Card(
        "contactos",
        "Contactos con más mensajes",
        "Mensajes por contacto, con el número oculto",
        "contacts",
        drawings.contacts,
    ),
    Card(
        "envios",
        "Mensajes enviados en el tiempo",
        "Mensajes de campañas por fecha de envío",
        "campaign_time",
        campaign_drawings.sends_over_time,
        empty=NO_SENDS,
    ),
    Card(
        "embudo",
        "Del envío al clic",
        "Mensajes en cada paso; las tasas, de los canales que informan ambos pasos",
        "campaign_funnel",
        campaign_drawings.campaign_funnel,
        empty=NO_SENDS,
    ),
    Card(
        "canales",
        "Resultados por canal",
        "Mensajes y clics; lo que un canal no informa dice «sin dato»",
        "campaign_channels",
        campaign_drawings.campaign_channels,
        empty=NO_SENDS,
        opens_as_table=True,
    ),
    Card(
        "campanas",
        "Resultados por campaña",
        "Mensajes y clics de las 50 campañas con más envíos",
        "campaigns",
        campaign_drawings.campaigns,
        empty=NO_SENDS,
        opens_as_table=True,
    ),
    Card(
        "tendencia",
        "Conversaciones y contactos por mes",
        "Conversaciones y contactos únicos de los últimos doce meses",
        "executive_trend",
        executive_drawings.trend,
    ),
    Card(
        "contencion",
        "Contención simple y efectiva",
        "Parte de las conversaciones con el bot que no pasaron a una persona, por mes",
        "executive_containment",
        executive_drawings.containment,
        empty="El bot no atendió conversaciones en estos meses.",
    ),
    Card(
        "comparacion",
        "Comparación de entidades",
        "Cada entidad en el mes, junto a la mediana de las demás",
        "executive_entities",
        executive_drawings.entities,
        opens_as_table=True,
        table=entities_table,
    ),
    Card(
        "tiempos",
        "Tiempos de atención",
        "Mediana (p50) y p90 de las sesiones de agente del mes",
        "executive_times",
        executive_drawings.times,
        empty="No hubo sesiones de agente en este mes.",
        table=times_table,
    ),
)
CARDS: Mapping[str, Card] = {card.id: card for card in _ALL}
