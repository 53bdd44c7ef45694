"""Pages of the log of two projects, chained and still waiting, the newest event first."""

import pytest
from sqlalchemy import text

from lib.audit.chain import audit_key, chain_waiting
from lib.audit.events import Action, AuditEvent
from lib.audit.record import record
from lib.audit.trail import PAGE_ROWS, Cursor, CursorError, read_trail
from lib.db.engines import engine_for_role
from lib.db.roles import OWNER
from lib.db.scoped import close_app_connections

COUNT = 2 * PAGE_ROWS + 7


@pytest.fixture(scope="module")
def written(module_database):
    """107 events of 101 and as many of 202, the older half of them chained; one instant for all."""
    owner = engine_for_role(OWNER)
    for number in range(COUNT):
        for project_id in (101, 202):
            action = Action.EXPORT if number % 10 == 0 else Action.PAGE
            detail = {"what": "x"} if action is Action.EXPORT else {"page": f"/{number}"}
            record(AuditEvent(action, project_id, f"p{project_id}-{number}", detail))
        if number == COUNT // 2:
            with owner.begin() as connection:
                assert chain_waiting(connection, audit_key("un secreto inventado")) > PAGE_ROWS
    owner.dispose()
    yield
    close_app_connections()


def all_pages(project_id, **asked):
    pages, place = [], None
    while not pages or place is not None:
        page = read_trail(project_id, before=place, **asked)
        pages.append(page.entries)
        # an address carries the place as text
        place = Cursor.parse(str(page.following)) if page.following else None
    return pages


@pytest.mark.parametrize("project_id", [101, 202])
def test_every_event_of_the_project_comes_once_the_newest_first(written, project_id):
    pages = all_pages(project_id)
    assert [len(page) for page in pages] == [PAGE_ROWS, PAGE_ROWS, 7]
    actors = [entry.actor for page in pages for entry in page]
    assert actors == [f"p{project_id}-{number}" for number in reversed(range(COUNT))]


def test_chained_events_have_their_place_and_waiting_ones_none(written):
    entries = [entry for page in all_pages(101) for entry in page]
    assert entries[0].position is None
    assert [entry.position for entry in entries[-3:]] == [3, 2, 1]


def test_one_kind_of_event_is_paged_alone(written):
    (page,) = all_pages(101, action=Action.EXPORT)
    assert [entry.actor for entry in page] == [f"p101-{n}" for n in range(100, -1, -10)]


def test_a_project_without_events_has_an_empty_page(written):
    assert read_trail(303).entries == ()


@pytest.mark.parametrize(
    "place", ["", "x", "1", "1-", "-1", "1-x", "1 - 2", "¹-²", "9" * 40 + "-1"]
)
def test_a_place_nobody_gave_is_refused(place):
    with pytest.raises(CursorError):
        Cursor.parse(place)


def test_the_log_has_the_index_in_the_order_of_its_pages(written):
    owner = engine_for_role(OWNER)
    with owner.connect() as connection:
        indexes = connection.scalars(
            text("select indexdef from pg_indexes where tablename = 'audit_log'")
        ).all()
    owner.dispose()
    assert any("(project_id, happened_at DESC, event_id DESC)" in one for one in indexes)
