import pytest

from lib.metrics.dimensions import DIMENSIONS, WAIT_BUCKETS
from lib.metrics.filters import CONVERSATION_TYPES, DIRECTIONS
from lib.ui.words import labels


def test_every_dimension_of_the_metric_core_has_a_spanish_heading():
    assert set(labels.DIMENSIONS) == set(DIMENSIONS)


def test_every_code_of_the_fixed_lists_has_a_spanish_word():
    assert set(DIRECTIONS) <= set(labels.DIRECTIONS)
    assert set(CONVERSATION_TYPES) == set(labels.CONVERSATION_TYPES)
    assert set(WAIT_BUCKETS) == set(labels.WAIT_BUCKETS)


def test_weekdays_begin_on_monday_and_months_in_january():
    assert next(iter(labels.WEEKDAYS.values())) == "Lunes"
    assert list(labels.WEEKDAYS) == list(range(1, 8))
    assert next(iter(labels.MONTHS.values())) == "enero"
    assert list(labels.MONTHS) == list(range(1, 13))


@pytest.mark.parametrize(
    ("dimension", "value", "label"),
    [
        ("direction", "inbound", "Entrante"),
        ("conversation_type", "mixed", "Mixta"),
        ("weekday", 3, "Miércoles"),
        ("hour", 9, "09:00"),
        ("channel", "whatsapp", "WhatsApp"),
        ("wait_bucket", "30+", "30 min o más"),
        ("is_technical_intent", True, "Sí"),
        ("agent", None, "Sin agente"),
        ("close_reason", None, "Sin motivo registrado"),
        ("close_reason", "SOMETHING_NEW", "SOMETHING_NEW"),
        ("intent", "consulta_saldo", "consulta_saldo"),
        ("contact", None, "sin dato"),
    ],
)
def test_a_value_is_shown_in_spanish_or_as_it_came(dimension, value, label):
    assert labels.value_label(dimension, value) == label
