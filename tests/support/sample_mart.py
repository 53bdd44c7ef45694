"""A small mart of two projects, protected the way publication protects every mart."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

from lib.db.engines import admin_engine, engine_for_role
from lib.db.mart_checks import TENANT_POLICY
from lib.db.onboarding import create_project_roles
from lib.db.roles import OWNER

PROJECTS = (101, 202)
ROWS = [
    {
        "project_id": 101,
        "local_date": "2026-02-16",
        "message_count": 3,
        "contact_id": "573000000101",
    },
    {
        "project_id": 101,
        "local_date": "2026-02-17",
        "message_count": 4,
        "contact_id": "573000000102",
    },
    {
        "project_id": 202,
        "local_date": "2026-02-17",
        "message_count": 50,
        "contact_id": "573000000201",
    },
]
TABLE = """
create table marts.fct_sample (
    project_id integer not null,
    local_date date not null,
    message_count bigint not null,
    contact_id text
)
"""
PROTECTION = (
    "alter table marts.fct_sample enable row level security",
    "alter table marts.fct_sample force row level security",
    f"create policy tenant_rows on marts.fct_sample for select to tenant_reader"
    f" using ({TENANT_POLICY})",
    "create policy owner_rows on marts.fct_sample for all to indigo_owner"
    " using (true) with check (true)",
    "grant select (project_id, local_date, message_count) on marts.fct_sample to tenant_reader",
    "grant select (contact_id) on marts.fct_sample to reveal_reader",
)


def create_sample_mart(*, more_projects: tuple[int, ...] = ()) -> None:
    """Roles and rows of both projects (101 has 3 + 4 messages, 202 has 50) in a prepared database.

    Each of `more_projects` gets its role and one row whose message_count is its own number.
    """
    rows = ROWS + [
        {"project_id": p, "local_date": "2026-02-17", "message_count": p, "contact_id": None}
        for p in more_projects
    ]
    with committed(admin_engine()) as connection:
        for project_id in PROJECTS + more_projects:
            create_project_roles(connection, project_id)
    with committed(engine_for_role(OWNER)) as connection:
        connection.execute(text(TABLE))
        for statement in PROTECTION:
            connection.exec_driver_sql(statement)
        connection.execute(
            text(
                "insert into marts.fct_sample"
                " values (:project_id, :local_date, :message_count, :contact_id)"
            ),
            rows,
        )


@contextmanager
def committed(engine: Engine) -> Iterator[Connection]:
    """A transaction on an engine that is not needed afterwards."""
    with engine.begin() as connection:
        yield connection
    engine.dispose()
