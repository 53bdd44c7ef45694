"""Sessions of two projects: opened, used, past their time, ended from outside."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from lib.auth.permissions import Role
from lib.auth.sessions import (
    end_session,
    end_sessions,
    find_session,
    forget_ended,
    list_sessions,
    open_session,
    touch_session,
    was_ended_on_purpose,
)
from lib.db.engines import engine_for_role
from lib.db.roles import OWNER
from lib.db.scoped import app_connection, close_app_connections
from lib.tenants.projects import Project
from tests.support.visitors import LIMITS, NOW, register, secret_of, visitor

UNO = Project(101, "uno", "Uno", "America/Bogota", False)
DOS = Project(202, "dos", "Dos", "America/Bogota", False)
ANA = visitor(101, "uno", subject="ana", issuer="crm", mode="token", name="Ana", entities=("N",))
EVA = visitor(202, "dos", subject="eva", issuer="crm", mode="token", role=Role.DIRECTOR)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def projects(database):
    register(UNO, DOS)
    yield
    close_app_connections()


def as_owner(statement, **values):
    engine = engine_for_role(OWNER)
    with engine.begin() as connection:
        result = connection.execute(text(statement), values)
        rows = result.all() if result.returns_rows else []
    engine.dispose()
    return rows


def found(secret, now=NOW):
    session = find_session(secret, now, LIMITS)
    return session.identity if session else None


@pytest.mark.parametrize("identity", [ANA, EVA])
def test_a_session_gives_back_the_identity_it_was_opened_for(identity):
    assert found(secret_of(identity)) == identity


def test_the_secret_is_stored_nowhere():
    secret = secret_of(ANA)
    rows = as_owner("select s::text from app.sessions as s")
    assert len(rows) == 1
    assert secret not in rows[0][0]


def test_an_unknown_secret_finds_nothing():
    secret_of(ANA)
    assert found("x" * 43) is None


def test_an_unused_session_ends_after_the_idle_time():
    secret = secret_of(ANA)
    assert found(secret, NOW + 59 * MINUTE) == ANA
    assert found(secret, NOW + 60 * MINUTE) is None


def test_a_used_session_goes_on_until_its_absolute_end():
    secret = secret_of(ANA)
    for minutes in range(50, 12 * 60, 50):
        now = NOW + minutes * MINUTE
        touch_session(find_session(secret, now, LIMITS), now)
    assert found(secret, NOW + timedelta(hours=12) - MINUTE) == ANA
    assert found(secret, NOW + timedelta(hours=12)) is None


def test_use_is_written_down_once_a_minute_and_not_at_every_click():
    secret = secret_of(ANA)
    for seconds in (10, 59, 60):
        now = NOW + timedelta(seconds=seconds)
        touch_session(find_session(secret, now, LIMITS), now)
        seen = as_owner("select seen_at from app.sessions")[0][0]
        assert seen == (NOW if seconds < 60 else now)


def test_a_session_ends_no_later_than_the_token_it_is_bound_to():
    secret = secret_of(ANA, expires_at=NOW + 10 * MINUTE)
    assert found(secret, NOW + 9 * MINUTE) == ANA
    assert found(secret, NOW + 10 * MINUTE) is None


def test_an_ended_session_is_found_no_more_and_others_stay():
    one, other = secret_of(ANA), secret_of(ANA)
    end_session(find_session(one, NOW, LIMITS), NOW, "logout")
    assert found(one) is None
    assert found(other) == ANA


def test_everywhere_means_all_sessions_of_one_person_of_one_issuer():
    hers = [secret_of(ANA), secret_of(ANA)]
    namesake = secret_of(visitor(101, "uno", subject="ana", issuer="local", mode="local"))
    stranger = secret_of(visitor(202, "dos", subject="ana", issuer="crm", mode="token"))
    gone = end_sessions(101, NOW, reason="logout_everywhere", subject="ana", issuer="crm")
    assert gone == 2
    assert [found(secret) for secret in hers] == [None, None]
    assert found(namesake) is not None
    assert found(stranger) is not None


def test_an_ended_session_is_forgotten_after_ninety_days():
    left, run_out = secret_of(ANA), secret_of(EVA)
    end_sessions(101, NOW, reason="logout")
    engine = engine_for_role(OWNER)
    later = NOW + timedelta(days=90)
    with engine.begin() as connection:
        assert forget_ended(connection, later) == 0
        assert forget_ended(connection, later + MINUTE) == 1
        # the other one ended by itself twelve hours after it was opened
        assert forget_ended(connection, later + timedelta(hours=12) + MINUTE) == 1
    engine.dispose()
    assert (found(left), found(run_out)) == (None, None)


def test_a_whole_project_or_a_whole_issuer_can_be_put_out():
    ana, local, eva = secret_of(ANA), secret_of(visitor(101, "uno")), secret_of(EVA)
    assert end_sessions(101, NOW, reason="revoked", issuer="crm") == 1
    assert (found(ana), found(local) is None) == (None, False)
    assert end_sessions(101, NOW, reason="revoked") == 1
    assert found(local) is None
    assert found(eva) == EVA


def test_a_project_that_is_switched_off_lets_nobody_in():
    secret = secret_of(ANA)
    as_owner("update app.projects set is_active = false where project_id = 101")
    assert found(secret) is None
    assert list_sessions(101, NOW, LIMITS) == []


def test_the_list_of_a_project_has_its_open_sessions_alone():
    secret_of(ANA)
    ended = secret_of(visitor(101, "uno", subject="beto"))
    end_session(find_session(ended, NOW, LIMITS), NOW, "logout")
    secret_of(EVA)
    secret_of(visitor(101, "uno", subject="old"), NOW - timedelta(hours=2))
    assert [session.identity.subject for session in list_sessions(101, NOW, LIMITS)] == ["ana"]


def test_an_administrator_of_one_project_cannot_end_a_session_of_another():
    secret = secret_of(EVA)
    session_hash = find_session(secret, NOW, LIMITS).session_hash
    assert end_sessions(101, NOW, reason="revoked", session_hash=session_hash) == 0
    assert found(secret) == EVA


def test_a_token_whose_session_was_left_opens_no_other():
    secret = open_session(ANA, NOW, LIMITS, token_hash="t1")
    assert not was_ended_on_purpose(101, "t1")
    end_session(find_session(secret, NOW, LIMITS), NOW, "logout")
    assert was_ended_on_purpose(101, "t1")
    assert not was_ended_on_purpose(202, "t1")


def test_the_app_sees_no_session_without_naming_project_or_secret():
    secret_of(ANA)
    with app_connection() as app:
        assert app.scalar(text("select count(*) from app.sessions")) == 0
    with app_connection(project_id=202) as app:
        assert app.scalar(text("select count(*) from app.sessions")) == 0


@pytest.mark.parametrize("column", ["project_id", "subject", "role", "entities", "expires_at"])
def test_the_app_cannot_make_more_of_a_session_than_it_is(column):
    secret_of(ANA)
    with pytest.raises(Exception, match="permission denied"), app_connection(101) as app:
        app.execute(text(f"update app.sessions set {column} = {column}"))
