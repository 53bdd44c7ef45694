"""What else a project is given and what is left of it: brand, schedules, evidence of offboarding.

Every table has FORCE row level security. `app.offboardings` says how many rows of which tables went
with a project; it names no person and outlives the project, so nothing else refers to it.
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = """
create table app.brands (
    project_id integer primary key,
    name text not null,
    primary_color text not null check (primary_color ~ '^#[0-9a-f]{6}$'),
    accent_color text not null check (accent_color ~ '^#[0-9a-f]{6}$'),
    sender text,
    logo bytea check (octet_length(logo) <= 262144),
    logo_type text check (logo_type in ('image/png', 'image/jpeg')),
    check ((logo is null) = (logo_type is null))
);
comment on column app.brands.sender is 'the name that mails of the project come from';

create table app.schedules (
    project_id integer not null,
    deployment text not null check (deployment ~ '^[a-z0-9_-]+/[a-z0-9_-]+$'),
    cron text not null,
    timezone text not null,
    primary key (project_id, deployment)
);
comment on column app.schedules.deployment is
    'flow/deployment of Prefect that also runs for this project alone, besides its own schedule';

create table app.offboardings (
    project_id integer not null,
    offboarding_id bigint generated always as identity,
    run_id text not null,
    slug text not null,
    offboarded_by text not null default session_user,
    offboarded_at timestamptz not null,
    row_counts jsonb not null,
    primary key (project_id, offboarding_id)
);
comment on column app.offboardings.row_counts is 'rows deleted by table; no keys and no content';
"""

RIGHTS = "grant select on app.brands, app.schedules to indigo_app;"
NAMED_PROJECT = "project_id = nullif(current_setting('app.project_id', true), '')::integer"


def protect(table: str, *, is_read_by_app: bool) -> list[str]:
    """Force row level security on one table and name who sees which rows of it."""
    statements = [
        f"alter table app.{table} enable row level security",
        f"alter table app.{table} force row level security",
        f"create policy owner_rows on app.{table} for all to indigo_owner"
        " using (true) with check (true)",
    ]
    if is_read_by_app:
        statements.append(
            f"create policy named_project on app.{table} for select to indigo_app"
            f" using ({NAMED_PROJECT})"
        )
    return statements


def upgrade() -> None:
    """Create the tables with their rights and policies."""
    op.execute(TABLES)
    op.execute(RIGHTS)
    for table in ("brands", "schedules", "offboardings"):
        op.execute(";\n".join(protect(table, is_read_by_app=table != "offboardings")))


def downgrade() -> None:
    """Remove the tables."""
    op.execute("drop table app.offboardings, app.schedules, app.brands")
