import re

import pytest
from psycopg.errors import QueryCanceled
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from lib.db.errors import AppBusyError, TenantBusyError
from lib.db.urls import NoDatabaseError
from lib.metrics.errors import BadLimitError, OutsideEntitiesError
from lib.ui.frame import errors
from lib.ui.frame.errors import is_lost, log_incident, trouble_html, trouble_of


def canceled():
    return DBAPIError("select", {}, QueryCanceled("canceling statement due to statement timeout"))


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (TenantBusyError(1, 3), errors.BUSY),
        (AppBusyError("busy"), errors.BUSY),
        (OperationalError("select", {}, Exception("lost")), errors.DOWN),
        (NoDatabaseError("none"), errors.DOWN),
        (canceled(), errors.SLOW),
        (BadLimitError("limit"), errors.REFUSED),
        (OutsideEntitiesError("sent"), errors.NO_ACCESS),
        (ProgrammingError("select", {}, Exception("permission denied")), errors.UNEXPECTED),
        (KeyError("x"), errors.UNEXPECTED),
    ],
)
def test_an_error_has_its_own_spanish_words(error, trouble):
    assert trouble_of(error) == trouble
    assert is_lost(error) == (trouble in {errors.BUSY, errors.DOWN})


def test_every_incident_has_a_number_that_stands_in_the_log(monkeypatch):
    lines = []
    monkeypatch.setattr(errors.log, "error", lambda event, **facts: lines.append((event, facts)))
    incident = log_incident(KeyError("secret"), card="agentes")
    assert re.fullmatch(r"[0-9A-F]{4}-[0-9A-F]{4}", incident)
    event, facts = lines[0]
    assert (event, facts["incident"], facts["card"]) == ("incident", incident, "agentes")
    assert log_incident(KeyError("secret")) != incident


def test_the_notice_says_what_to_do_and_the_number_and_no_more():
    html = trouble_html(errors.DOWN, "AB12-CD34")
    assert "Sin conexión con los datos" in html
    assert "Incidente AB12-CD34" in html
    assert 'role="alert"' in html
