"""The one registry of Spanish words for values that the warehouse keeps as codes.

Names of entities, agents and intents are data and shown as they are; metric names, units and
definitions come from the catalogue. Everything else that a reader sees as a category is here.
"""

from collections.abc import Callable, Mapping

PRODUCT = "Indigitall Analytics"
NO_DATA = "Sin datos"
NO_VALUE = "sin dato"
NOT_APPLICABLE = "no aplica"
SMALL_SAMPLE = "muestra insuficiente"
IN_PROGRESS = "en curso"

WEEKDAYS: Mapping[int, str] = {
    1: "Lunes",
    2: "Martes",
    3: "Miércoles",
    4: "Jueves",
    5: "Viernes",
    6: "Sábado",
    7: "Domingo",
}
WEEKDAYS_SHORT: Mapping[int, str] = {number: name[:3] for number, name in WEEKDAYS.items()}
MONTHS: Mapping[int, str] = {
    1: "enero",
    2: "febrero",
    3: "marzo",
    4: "abril",
    5: "mayo",
    6: "junio",
    7: "julio",
    8: "agosto",
    9: "septiembre",
    10: "octubre",
    11: "noviembre",
    12: "diciembre",
}
MONTHS_SHORT: Mapping[int, str] = {number: name[:3] for number, name in MONTHS.items()}
DIRECTIONS: Mapping[str, str] = {
    "inbound": "Entrante",
    "bot": "Bot",
    "agent": "Agente",
    "campaign": "Campaña",
    "system": "Sistema",
    "note": "Nota",
    "other": "Otra",
}
CONVERSATION_TYPES: Mapping[str, str] = {
    "bot": "Solo bot",
    "mixed": "Mixta",
    "agent": "Solo agente",
}
ACTIONS: Mapping[str, str] = {
    "login": "Inicio de sesión",
    "token_exchange": "Entrada desde otra plataforma",
    "refusal": "Rechazo",
    "logout": "Salida",
    "page": "Página",
    "query": "Consulta",
    "chat": "Pregunta al asistente",
    "sql": "SQL",
    "export": "Descarga",
    "reveal": "Contacto mostrado",
    "erasure": "Contacto borrado",
    "report_sent": "Informe enviado",
    "admin_change": "Cambio de administración",
}
# in the order in which they are read
AUDIT_DETAILS: Mapping[str, str] = {
    "what": "qué",
    "page": "página",
    "path": "ruta",
    "mode": "modo",
    "role": "papel",
    "issuer": "emisor",
    "metrics": "figuras",
    "filters": "filtros",
    "format": "formato",
    "rows": "filas",
    "bytes": "bytes",
    "ms": "ms",
    "subject": "persona",
    "before": "antes",
    "after": "después",
    "everywhere": "en todos sus dispositivos",
    "question": "pregunta",
    "tools": "herramientas",
    "model": "modelo",
    "badge": "sello",
    "sql": "SQL",
    "verdict": "veredicto",
    "contact_key": "contacto",
    "reason": "motivo",
    "permission": "permiso",
    "ticket": "caso",
    "report": "informe",
    "recipients": "destinatarios",
    "huella": "huella",
}
ROLES: Mapping[str, str] = {
    "director": "Dirección",
    "supervisor": "Supervisión",
    "operations": "Operaciones",
    "admin": "Administración",
    "operator": "Operador de la plataforma",
}
MODES: Mapping[str, str] = {
    "dev": "Demostración",
    "cookie": "Cookie de la plataforma",
    "token": "Enlace de la plataforma",
    "local": "Usuario y contraseña",
}
WAIT_BUCKETS: Mapping[str, str] = {
    "0-1": "Menos de 1 min",
    "1-5": "1 a 5 min",
    "5-15": "5 a 15 min",
    "15-30": "15 a 30 min",
    "30+": "30 min o más",
}
CLOSE_REASONS: Mapping[str, str] = {
    "AGENT_ACTION": "Cierre del agente",
    "AGENT_TRANSFER": "Transferencia a otro agente",
    "AGENT_INACTIVITY": "Inactividad del agente",
    "USER_INACTIVITY": "Inactividad del contacto",
    "QUEUE_TIMEOUT": "Tiempo en cola agotado",
}
SYNC_STATUSES: Mapping[str, str] = {
    "ok": "Bien",
    "failed": "Falló",
    "not_offered": "No ofrecido por la cuenta",
}
ENDPOINTS: Mapping[str, str] = {
    "applications": "Proyectos de la cuenta",
    "channels": "Canales",
    "contacts": "Contactos",
    "agent_conversations": "Sesiones de agente",
    "chat_history": "Mensajes",
    "push_campaigns": "Campañas push",
    "sms_campaigns": "Campañas SMS",
    "email_campaigns": "Campañas de correo",
    "push_daily": "Push por día",
    "push_campaign_daily": "Push por campaña y día",
    "sms_daily": "SMS por día",
    "sms_campaign_daily": "SMS por campaña y día",
    "email_daily": "Correo por día",
    "email_campaign_daily": "Correo por campaña y día",
    "whatsapp_campaign_daily": "WhatsApp por campaña y día",
    "inapp_daily": "In-app por día",
    "journey_daily": "Journeys por día",
    "status": "Estado del servicio",
    "agent_status": "Estado de los agentes",
    "application_stats": "Estadísticas del proyecto",
    "chat_topics": "Temas del chat",
    "chat_integrations": "Integraciones del chat",
    "chat_configuration": "Configuración del chat",
    "push_heatmap": "Mapa de calor de push",
    "device_stats": "Dispositivos",
    "dashboard_stats": "Tablero de la consola",
    "sms_sendings": "Envíos de SMS",
    "sms_contacts": "Contactos de SMS",
    "sms_topics": "Temas de SMS",
}
REVEAL_REASONS: Mapping[str, str] = {
    "call_back": "Devolver la llamada",
    "complaint": "Queja o reclamo",
    "fraud": "Posible fraude",
    "contact_request": "Lo pidió el contacto",
    "authority": "Lo pidió una autoridad",
}
CHANNELS: Mapping[str, str] = {
    "whatsapp": "WhatsApp",
    "webchat": "Chat web",
    "sms": "SMS",
    "email": "Correo",
    "push": "Push",
    "inapp": "Mensaje en la app",
}
GRAINS: Mapping[str, str] = {
    "hour": "Hora",
    "day": "Día",
    "week": "Semana",
    "month": "Mes",
    "weekday": "Día de la semana",
}
DIMENSIONS: Mapping[str, str] = {
    "day": "Día",
    "week": "Semana (desde el lunes)",
    "month": "Mes",
    "hour": "Hora",
    "weekday": "Día de la semana",
    "entity": "Entidad",
    "channel": "Canal",
    "direction": "Dirección",
    "intent": "Intención",
    "is_technical_intent": "Intención técnica",
    "agent": "Agente",
    "close_reason": "Motivo de cierre",
    "conversation_type": "Tipo de conversación",
    "wait_bucket": "Tiempo de espera",
    "contact": "Contacto",
    "campaign": "Campaña",
    "platform": "Plataforma",
    "purpose": "Propósito",
    "billing_category": "Categoría de cobro",
}
VALUES: Mapping[str, Mapping[str, str]] = {
    "direction": DIRECTIONS,
    "conversation_type": CONVERSATION_TYPES,
    "wait_bucket": WAIT_BUCKETS,
    "close_reason": CLOSE_REASONS,
    "channel": CHANNELS,
}
MISSING: Mapping[str, str] = {
    "intent": "Sin intención",
    "agent": "Sin agente",
    "close_reason": "Sin motivo registrado",
    "entity": "Sin entidad",
    "wait_bucket": "Sin asignar",
}
FORMATTED: Mapping[str, Callable[[int], str]] = {
    "weekday": lambda number: WEEKDAYS[number],
    "hour": lambda hour: f"{hour:02d}:00",
}


def value_label(dimension: str, value: object) -> str:
    """What a reader sees for one value of a dimension; an unknown code is shown as it came."""
    if value is None:
        return MISSING.get(dimension, NO_VALUE)
    if dimension in FORMATTED and isinstance(value, int):
        return FORMATTED[dimension](value)
    if dimension == "is_technical_intent":
        return "Sí" if value else "No"
    return VALUES.get(dimension, {}).get(str(value), str(value))


def dimension_label(dimension: str) -> str:
    """The Spanish heading of a dimension's column."""
    return DIMENSIONS.get(dimension, dimension)
