"""While a project's bombs go off they are stopped by their limit, and another project is served.

How long the other one waits is a benchmark (infra/bench/bombs.py), not a test.
"""

import time

import psycopg
import pytest
from sqlalchemy import text

from infra.bench.bombs import BARE_SECONDS, BOMBS, bare_bomb, guarded_bomb, throwing
from lib.db.tenant import TenantPools, tenant_connection
from lib.guard.check import check
from lib.guard.execute import Limits, free_sql_pools
from lib.guard.exposed import shipped_allow_list
from tests.support.bare_session import writable_session
from tests.support.canary_marts import FOREIGN, OWN, ROWS, create_canary_marts

PAGE = text(
    "select min(project_id), max(project_id), count(*) from marts.fct_conversations"
    " where local_date between '2031-01-01' and '2031-12-31'"
)
SPARE_SECONDS = 5


@pytest.fixture(scope="module", autouse=True)
def marts(module_database):
    create_canary_marts()


@pytest.fixture
def pools():
    pools = TenantPools()
    yield pools
    pools.close()


@pytest.fixture
def free_sql():
    pools = free_sql_pools()
    yield pools
    pools.close()


def answers_until_one_ended(pools, ends):
    """What the other project's page gets until a bomb has ended."""
    answers, deadline = [], time.monotonic() + Limits().seconds + SPARE_SECONDS
    while not ends and time.monotonic() < deadline:
        with tenant_connection(pools, FOREIGN) as connection:
            answers.append(tuple(connection.execute(PAGE).one()))
        time.sleep(0.01)
    return answers


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_passes_for_a_small_question(bomb):
    assert check(BOMBS[bomb], shipped_allow_list()).allowed


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_guarded_bomb_is_stopped_and_the_other_project_is_served(pools, free_sql, bomb):
    with throwing(lambda: guarded_bomb(BOMBS[bomb], free_sql, OWN)) as ends:
        answers = answers_until_one_ended(pools, ends)
    assert len(ends) >= 2
    assert set(ends) <= {"too_slow", "too_large"}
    assert set(answers) == {(FOREIGN, FOREIGN, ROWS[FOREIGN])}
    assert len(answers) > 5


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bare_bomb_is_stopped_by_the_server_and_the_other_project_is_served(pools, bomb):
    with throwing(lambda: bare_bomb(BOMBS[bomb], OWN)) as ends:
        answers = answers_until_one_ended(pools, ends)
    # by time, by the disk a role may fill, by the size a text may have
    assert set(ends) <= {"57014", "53400", "54000"}
    assert set(answers) == {(FOREIGN, FOREIGN, ROWS[FOREIGN])}
    assert len(answers) > 5


def test_a_project_that_bombs_has_no_more_sessions_than_its_role_allows_and_others_have_theirs():
    sessions = []
    with pytest.raises(psycopg.OperationalError, match="too many connections for role"):
        sessions.extend(writable_session(OWN, BARE_SECONDS) for _ in range(20))
    with writable_session(FOREIGN) as session:
        assert session.execute("select count(*) from marts.dim_channels").fetchone() == (
            ROWS[FOREIGN],
        )
    for session in sessions:
        session.close()
