"""Every key of st.session_state, named once. The address holds what must outlive a visit."""

HEALING_SINCE = "healing_since"
SESSION_SEEN = "session_seen"
MENU_OFFERED = "menu_offered"
PAGE_NOTED = "page_noted"
QUERY_NOTED = "query_noted"
AUDIT_ACTION = "auditoria-accion"
CATALOG_SEARCH = "catalogo-buscar"
HUELLA_ASKED = "huella-codigo"
AUDIT_PROOF = "auditoria-verificar"
PUT_OUT_ASKED = "put_out_asked"
PUT_OUT_DONE = "put_out_done"
FILTER_PREFIX = "filtro"
CHIP_PREFIX = "etiqueta"
SWITCH_PREFIX = "vista"
CHART_PREFIX = "grafico"
ORDER_PREFIX = "orden"
SEARCH_PREFIX = "buscar"
MARK_CLICKED = "mark_clicked"
PUT_OUT_PREFIX = "cerrar"
TURN_PREFIX = "pasar"
REVEAL_REASON = "mostrar-motivo"
REVEAL_TICKET = "mostrar-caso"


def filter_key(name: str) -> str:
    """The widget of one filter."""
    return f"{FILTER_PREFIX}-{name}"


def chip_key(name: str, position: int) -> str:
    """The chip that removes one value of one filter."""
    return f"{CHIP_PREFIX}-{name}-{position}"


def switch_key(card: str) -> str:
    """The chart/table switch of one card."""
    return f"{SWITCH_PREFIX}-{card}"


def chart_key(card: str, scene: str) -> str:
    """The chart of one card about one scene."""
    return f"{CHART_PREFIX}-{card}-{scene[:12]}"


def order_key(card: str) -> str:
    """The order of one card's table."""
    return f"{ORDER_PREFIX}-{card}"


def search_key(card: str) -> str:
    """What is searched in one card's table."""
    return f"{SEARCH_PREFIX}-{card}"


def file_key(kind: str, card: str) -> str:
    """The button of one kind of file of one card."""
    return f"{kind}-{card}"


def put_out_key(name: str) -> str:
    """A button about ending one session, or all."""
    return f"{PUT_OUT_PREFIX}-{name}"


def turn_key(name: str) -> str:
    """A button that turns a page of the list of conversations."""
    return f"{TURN_PREFIX}-{name}"
