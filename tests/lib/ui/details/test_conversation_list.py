from lib.metrics.details import Details
from lib.ui.details.conversation_list import summary
from lib.ui.details.conversation_table import details_table
from lib.ui.frame.navigation import DETALLE
from tests.support.answers import metric

MESSAGES = metric("messages", "Mensajes", "mensajes")
CONVERSATIONS = metric("conversations", "Conversaciones", "conversaciones")


def test_the_size_of_the_list_names_every_unit():
    assert summary(Details(MESSAGES, MESSAGES, (), 46, 41, 1659)) == (
        "46 conversaciones de 41 contactos · Mensajes: 1.659 mensajes"
    )
    assert summary(Details(CONVERSATIONS, CONVERSATIONS, (), 1, 1, 1)) == (
        "1 conversación de 1 contacto"
    )


def test_agents_of_the_rows_are_not_added_up():
    agents = metric("active_agents", "Agentes activos", "agentes")
    assert summary(Details(agents, agents, (), 77, 69, 83)) == "77 conversaciones de 69 contactos"


def test_what_is_counted_has_a_column_unless_it_is_the_row_itself():
    assert details_table(Details(MESSAGES, MESSAGES, (), 0, 0, 0)).columns[-1] == "Mensajes"
    table = details_table(Details(CONVERSATIONS, CONVERSATIONS, (), 0, 0, 0))
    assert table.columns[-1] == "Fallback"
    assert sum(table.numeric) == 4


def test_links_lead_to_the_page_and_no_menu_does():
    assert not DETALLE.in_menu
