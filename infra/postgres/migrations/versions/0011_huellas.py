"""Huellas: figures that were shown, kept so that a short code brings them back.

A huella belongs to one project and never changes: `indigo_app` adds and reads those of the project
its transaction names, and can neither change nor delete any.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

HUELLAS = """
create table app.huellas (
    project_id integer not null,
    code text not null check (code ~ '^[2-9A-HJKMNP-TV-Z]{12}$'),
    question jsonb not null,
    question_hash text not null,
    definition_versions jsonb not null,
    data_version bigint not null,
    figures jsonb not null,
    asked_at timestamptz not null,
    primary key (project_id, code),
    unique (project_id, question_hash, data_version)
);
comment on column app.huellas.code is 'random: says nothing about what it stands for';
comment on column app.huellas.question_hash is
    'SHA-256 of the question and of its definitions'' versions: asked again, the same code';
comment on column app.huellas.figures is 'columns and rows as shown; no contact''s number';
grant select, insert on app.huellas to indigo_app;
"""

POLICIES = """
alter table app.huellas enable row level security;
alter table app.huellas force row level security;
create policy owner_rows on app.huellas for all to indigo_owner using (true) with check (true);
create policy named_project on app.huellas for select to indigo_app
using (project_id = nullif(current_setting('app.project_id', true), '')::integer);
create policy named_project_adds on app.huellas for insert to indigo_app
with check (project_id = nullif(current_setting('app.project_id', true), '')::integer);
"""


def upgrade() -> None:
    op.execute(HUELLAS)
    op.execute(POLICIES)


def downgrade() -> None:
    op.execute("drop table app.huellas")
