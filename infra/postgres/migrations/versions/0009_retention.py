"""Retention: how long a project's days are kept, who may delete them, and the evidence of it.

`indigo_purge` is the only role besides the owner that may delete from raw. It reads and deletes
there, says in `raw.batches` which days changed, and enters what it removed in `app.purges`, which
nobody may change afterwards but for the instant at which the marts followed.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PROJECTS = """
alter table app.projects
    add column retention_months integer default 24 check (retention_months > 0),
    add column kept_from date;
comment on column app.projects.retention_months is
    'whole months kept before the current one; null: everything is kept';
comment on column app.projects.kept_from is
    'first local day that a purge has left; days before it are not read again';
"""

PURGES = """
create table app.purges (
    project_id integer not null,
    purge_id bigint generated always as identity,
    run_id text not null,
    purged_by text not null default session_user,
    kept_from date not null,
    table_name text not null,
    row_count bigint not null check (row_count > 0),
    first_day date,
    last_day date,
    keys_checksum text not null,
    purged_at timestamptz not null,
    completed_at timestamptz,
    primary key (project_id, purge_id)
);
comment on column app.purges.first_day is 'null where the rows belong to no day';
comment on column app.purges.keys_checksum is
    'SHA-256 over the days'' SHA-256 of their keys in order: a backup can be compared with it';
comment on column app.purges.completed_at is
    'marts: the publication that left the rows out was seen; null until then';
"""

RIGHTS = """
grant usage on schema raw, app to indigo_purge;
grant select, delete on all tables in schema raw to indigo_purge;
grant insert on raw.batches to indigo_purge;
grant select, update (kept_from) on app.projects to indigo_purge;
grant select, delete on app.dbt_runs to indigo_purge;
grant select, insert on app.purges to indigo_purge;
grant select on app.purges to indigo_app;
"""

POLICIES = """
alter table app.purges enable row level security;
alter table app.purges force row level security;
create policy owner_rows on app.purges for all to indigo_owner using (true) with check (true);
create policy purge_reads on app.purges for select to indigo_purge using (true);
create policy purge_enters on app.purges for insert to indigo_purge with check (true);
create policy named_project on app.purges for select to indigo_app
using (project_id = nullif(current_setting('app.project_id', true), '')::integer);
create policy purge_reads on app.projects for select to indigo_purge using (true);
create policy purge_marks on app.projects for update to indigo_purge
using (true) with check (true);
"""

DOWN = """
drop policy purge_marks on app.projects;
drop policy purge_reads on app.projects;
drop table app.purges;
revoke all on all tables in schema raw from indigo_purge;
revoke all on app.projects, app.dbt_runs from indigo_purge;
revoke usage on schema raw, app from indigo_purge;
alter table app.projects drop column kept_from, drop column retention_months;
"""


def upgrade() -> None:
    op.execute(PROJECTS)
    op.execute(PURGES)
    op.execute(RIGHTS)
    op.execute(POLICIES)


def downgrade() -> None:
    op.execute(DOWN)
