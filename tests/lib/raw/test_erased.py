"""Whoever was erased is recognised in what arrives, however it is written, and nobody else is."""

import pytest

from lib.indigitall.records import JsonRecord, Reject
from lib.raw.erased import ErasedContacts, identifiers_in

# a key function that can be read: what is kept of an id is its reverse
ERASED = ErasedContacts(
    frozenset({"765432100375"}), frozenset({"7654321003", "moc.elpmaxe@zul"}), lambda id_: id_[::-1]
)


@pytest.mark.parametrize(
    "text",
    [
        '{"contactId": "573001234567"}',
        '{"contactId": 573001234567}',
        "llame al +573001234567.",
        "wa.me/573001234567?text=hola",
        "+57 300 123-4567",
        "(300) 123 4567",
        '{"mail": "Luz@Example.com"}',
    ],
)
def test_an_erased_contact_is_found_in_a_text(text):
    assert ERASED.is_named_in(text)


@pytest.mark.parametrize(
    "text", ["", "{}", "573001234568", "5730012345670", "luz@example.org", "573 1234567", "null"]
)
def test_nobody_else_is_taken_for_it(text):
    assert not ERASED.is_named_in(text)


def test_a_project_without_erasures_looks_for_nobody():
    nobody = ErasedContacts()
    assert not nobody
    assert not nobody.has("573001234567")
    rejects = [Reject("no day", "573001234567")]
    assert nobody.unnamed(rejects) is rejects


def test_rejects_and_records_that_name_it_are_left_out_and_its_sessions_name_nobody():
    theirs, other = JsonRecord("1", {"who": "573001234567"}), JsonRecord("2", {"who": "57300999"})
    assert ERASED.unnamed_records([theirs, other]) == [other]
    kept = Reject("no day", "{}")
    assert ERASED.unnamed([Reject("no day", '{"a": "573001234567"}'), kept]) == [kept]
    session = {"agentSessionId": 6, "contactId": "573001234567", "agentId": 12, "remark": "Luz"}
    (stripped,) = ERASED.sessions([JsonRecord("6", session)])
    assert stripped.payload == {"agentId": 12, "agentSessionId": 6}
    same = JsonRecord("7", {**session, "contactId": "573009999999"})
    assert ERASED.sessions([same]) == [same]


def test_a_long_text_is_looked_through_in_reasonable_time():
    assert len(list(identifiers_in("5 " * 50_000))) < 50_000
    assert len(list(identifiers_in("a" * 200_000))) == 1
