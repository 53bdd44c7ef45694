"""A redirect token counts once, for one project, until nobody could use it any more."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from lib.auth.permissions import Role
from lib.auth.used_tokens import forget_expired, use_once
from lib.auth.verifier import Reason, TokenRefusedError, VerifiedToken
from lib.db.engines import admin_engine, engine_for_role
from lib.db.roles import OWNER
from lib.db.scoped import app_connection
from tests.lib.auth.token_world import NORTH, NOW, SOUTH

pytestmark = pytest.mark.usefixtures("module_database")


def token(jti, project_id=101, issuer=NORTH, expires_in=timedelta(minutes=5)):
    return VerifiedToken(
        project_id=project_id,
        slug="norte",
        subject="u-17",
        role=Role.DIRECTOR,
        entities=None,
        name=None,
        issuer=issuer,
        jti=jti,
        issued_at=NOW,
        expires_at=NOW + expires_in,
    )


def is_accepted(verified):
    try:
        use_once(verified)
    except TokenRefusedError as error:
        return (error.reason, error.issuer) != (Reason.ALREADY_USED, verified.issuer)
    return True


def rows(query):
    engine = admin_engine()
    with engine.connect() as connection:
        found = connection.execute(text(query)).all()
    engine.dispose()
    return found


def test_the_second_use_is_refused_and_the_first_stays():
    assert [is_accepted(token("una")) for _ in range(3)] == [True, False, False]


def test_of_eight_at_the_same_time_exactly_one_wins():
    for number in range(5):
        barrier = Barrier(8)

        def use(_, barrier=barrier, number=number):
            barrier.wait()
            return is_accepted(token(f"carrera-{number}"))

        with ThreadPoolExecutor(8) as pool:
            assert sorted(pool.map(use, range(8))) == [False] * 7 + [True]


def test_a_jti_belongs_to_its_issuer_and_its_project():
    others = {"issuer": SOUTH}, {"project_id": 202}
    assert is_accepted(token("compartida"))
    assert [is_accepted(token("compartida", **other)) for other in others] == [True, True]
    assert [is_accepted(token("compartida", **other)) for other in others] == [False, False]


def test_only_a_hash_of_the_jti_is_kept():
    assert is_accepted(token("jti-que-no-se-guarda"))
    kept = rows("select used_tokens::text from app.used_tokens")
    assert kept
    assert not any("jti-que-no-se-guarda" in row[0] for row in kept)


def test_the_app_neither_reads_the_marks_nor_takes_one_back_nor_writes_for_another_project():
    assert is_accepted(token("propia"))
    for statement in (
        "select * from app.used_tokens",
        "delete from app.used_tokens",
        "update app.used_tokens set expires_at = now()",
        "insert into app.used_tokens values (202, 'x', sha256('x'), now(), now())",
    ):
        with pytest.raises(ProgrammingError), app_connection(project_id=101) as connection:
            connection.execute(text(statement))


def test_a_mark_goes_an_hour_after_its_token_expired_and_not_before():
    assert is_accepted(token("vieja", expires_in=timedelta(minutes=-61)))
    assert is_accepted(replace(token("reciente"), expires_at=NOW - timedelta(minutes=59)))
    engine = engine_for_role(OWNER, pool_size=1)
    with engine.begin() as connection:
        assert forget_expired(connection, NOW) == 1
    engine.dispose()
    assert is_accepted(token("vieja"))
    assert not is_accepted(token("reciente"))
