"""What the audit log keeps of a statement: its text, without what it says of a person."""

import pytest

from lib.audit.events import LONGEST_VALUE
from lib.db.tenant import TenantPools
from lib.guard.errors import BlockedError
from lib.guard.exposed import shipped_allow_list
from lib.guard.free_sql import run_sql

PERSONAL = "select body from marts.fct_messages where contact_id = '573001234567' -- cc 79123456"


def noted(sql, project_id):
    events = []
    with pytest.raises(BlockedError):
        run_sql(
            sql,
            shipped_allow_list(),
            TenantPools(),
            project_id=project_id,
            actor="ana",
            audit=events.append,
        )
    (event,) = events
    return event


@pytest.mark.parametrize("project_id", [101, 202])
def test_a_phone_in_a_statement_is_not_kept(project_id):
    event = noted(PERSONAL, project_id)
    assert event.project_id == project_id
    assert event.detail["verdict"] == "block"
    assert event.detail["sql"] == (
        "select body from marts.fct_messages where contact_id = '[teléfono]' -- cc [cédula]"
    )


def test_a_text_longer_than_a_value_of_the_log_is_kept_in_pieces():
    sql = f"select body, '{'a' * LONGEST_VALUE}' from marts.fct_messages"
    assert "".join(noted(sql, 101).detail["sql"]) == sql
