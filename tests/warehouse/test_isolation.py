"""After a real build: what each role could read is computed from rights, and all of it is its own.

Two projects have rows in every mart; a relation that a role may read counts, whoever granted it.
"""

from collections.abc import Callable

import psycopg
import pytest
from sqlalchemy import Engine, text

from flows.transform import transform
from lib.db.engines import admin_engine
from lib.db.mart_checks import READABLE_RELATIONS, TENANT_POLICY_PRINTED
from lib.db.roles import AUTHENTICATOR, project_role, rest_role, reveal_role
from lib.db.urls import role_url
from lib.db.verify import find_faults
from tests.support.campaign_source import load_statistics
from tests.support.marts import mart_names, personal_columns, query
from tests.support.raw_source import Message, RawSource, Session, at

A, B = 601, 602
DAY = "2026-02-10"
CAMPAIGN = {
    **{"campaignId": 60001, "campaignName": "Bienvenida", "sendingId": 61001},
    **{"statsDate": DAY, "category": "marketing", "billable": True, "numContactsSent": 800},
}
FORM = '{"flowResponse": {"flowId": "f1", "¿Cómo califica la atención recibida?": "5"}}'
SESSION = Session(
    session_id="1",
    queued_at=at(f"{DAY} 09:00"),
    assigned_at=at(f"{DAY} 09:02"),
    closed_at=at(f"{DAY} 10:00"),
)
MESSAGES = (
    Message(message_id="m1", sent_at=at(f"{DAY} 08:30"), intent="[1.2] consulta_saldo"),
    Message(message_id="m2", sent_at=at(f"{DAY} 08:31"), send_type="dialogflow"),
    Message(message_id="m3", sent_at=at(f"{DAY} 09:03"), send_type="operator", session=SESSION),
    Message(message_id="m4", sent_at=at(f"{DAY} 10:03"), content_type="event", content=FORM),
    Message(
        message_id="m5",
        sent_at=at(f"{DAY} 11:00"),
        send_type="campaign",
        integration=None,
        sending_id="61001",
    ),
)


@pytest.fixture(scope="module")
def sources(new_source: Callable[..., RawSource]) -> list[RawSource]:
    rules = [("agent_domain", "coop.example", "Coop")]
    sources = [new_source(project_id, rules=rules) for project_id in (A, B)]
    for source in sources:
        load_statistics(source, "whatsapp_campaign_daily", CAMPAIGN)
        source.load(MESSAGES, [SESSION], contacts=[("c1", {"profileName": "Zoé"})])
    return sources


@pytest.fixture(scope="module", params=("first", "increment", "full refresh"))
def build(sources: list[RawSource], owner: Engine, request: pytest.FixtureRequest) -> Engine:
    """The marts after each kind of build, one after the other."""
    if request.param == "increment":
        for source in sources:
            source.load([Message(message_id="m6", sent_at=at("2026-02-12 09:00"))])
    transform(full_refresh=request.param == "full refresh")
    return owner


def readable_by(*roles: str) -> dict[str, set[str]]:
    """Of each role the relations of which the server would let it read a column."""
    found: dict[str, set[str]] = {role: set() for role in roles}
    admin = admin_engine()
    with admin.connect() as connection:
        for row in connection.execute(text(READABLE_RELATIONS), {"groups": list(roles)}):
            found[row.role].add(row.name)
    admin.dispose()
    return found


def roles_of(project_id: int) -> tuple[str, ...]:
    return (project_role(project_id), reveal_role(project_id), rest_role(project_id))


def counted_by_project(role: str, relations: set[str]) -> dict[str, dict[int, int]]:
    """Of each relation how many rows of which project a session of this role finds."""
    login = AUTHENTICATOR if role.startswith("rest_") else role
    address = role_url(login).set(drivername="postgresql")
    with psycopg.connect(address.render_as_string(hide_password=False)) as session:
        if login != role:
            session.execute(f"set local role {role}")
        return {
            name: dict(
                session.execute(f"select project_id, count(*) from {name} group by 1").fetchall()
            )
            for name in relations
        }


def test_the_relations_a_tenant_can_read_are_the_marts_and_each_has_the_forced_policy(
    build: Engine,
):
    marts = {f"marts.{name}" for name in mart_names(build)}
    found = readable_by("tenant_reader", *roles_of(A), *roles_of(B))
    assert len(marts) >= 17
    assert {frozenset(relations) for relations in found.values()} == {frozenset(marts)}
    protected = query(
        build,
        "select n.nspname || '.' || c.relname, c.relrowsecurity and c.relforcerowsecurity, array("
        " select pg_get_expr(p.polqual, p.polrelid) from pg_policy as p"
        " where p.polrelid = c.oid and p.polroles <> array[c.relowner])"
        " from pg_class as c inner join pg_namespace as n on n.oid = c.relnamespace"
        " where n.nspname || '.' || c.relname = any(:names)",
        names=sorted(marts),
    )
    assert {name for name, *_ in protected} == marts
    assert {(forced, *texts) for _, forced, texts in protected} == {(True, TENANT_POLICY_PRINTED)}


@pytest.mark.parametrize(("me", "other"), [(A, B), (B, A)])
def test_of_every_relation_it_can_read_a_tenant_finds_no_foreign_row(
    build: Engine, me: int, other: int
):
    for role, relations in readable_by(*roles_of(me)).items():
        for name, counts in counted_by_project(role, relations).items():
            [(everything,)] = query(build, f"select count(*) from {name} where project_id = {me}")
            assert counts == {me: everything}, (role, name)
            assert everything > 0, name
            foreign = query(build, f"select count(*) from {name} where project_id = {other}")
            assert foreign > [(0,)], name


def test_the_lint_finds_nothing_with_the_tags_of_personal_columns_known(build: Engine):
    personal = personal_columns()
    assert {"marts.fct_messages.body", "marts.dim_contacts.contact_name"} <= personal
    admin = admin_engine()
    with admin.connect() as connection:
        assert find_faults(connection, personal) == ()
    admin.dispose()


def test_a_tag_without_the_matching_grant_is_a_fault(build: Engine):
    admin = admin_engine()
    with admin.connect() as connection:
        faults = find_faults(connection, {"marts.dim_agents.agent_name"})
    admin.dispose()
    assert faults == ("tenant_reader may read the personal column marts.dim_agents.agent_name",)
