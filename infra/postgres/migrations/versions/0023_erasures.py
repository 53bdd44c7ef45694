"""Erasures: which contacts left a project for good, who asked, and how many rows it concerned.

A row is evidence and tombstone in one: the ingestion reads the keys, so that what the source still
lists of the contact comes in without the person. The key is a keyed pseudonym: only who has the PII
key and the contact's id can tell that it is theirs.
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLE = """
create table app.erasures (
    project_id integer not null,
    erasure_id bigint generated always as identity,
    contact_key text not null check (contact_key ~ '^[0-9a-f]{32}$'),
    alias_keys text[] not null default '{}',
    run_id text not null,
    erased_by text not null check (erased_by <> ''),
    reason text not null check (reason <> ''),
    ticket text,
    erased_at timestamptz not null,
    row_counts jsonb not null,
    completed_at timestamptz,
    primary key (project_id, erasure_id)
);
create index erasures_contact on app.erasures (project_id, contact_key);
comment on column app.erasures.alias_keys is
    'keys made in the same way of what else names the contact: mails, the national phone';
comment on column app.erasures.erased_by is 'the person who had it done, as they are called';
comment on column app.erasures.row_counts is 'rows changed or deleted by table; no content';
comment on column app.erasures.completed_at is
    'the publication without the contact was seen; null until then';
grant select (project_id, contact_key, alias_keys) on app.erasures to indigo_ingest;
grant select on app.erasures to indigo_app;
alter table app.erasures enable row level security;
alter table app.erasures force row level security;
create policy owner_rows on app.erasures for all to indigo_owner using (true) with check (true);
create policy ingest_reads on app.erasures for select to indigo_ingest using (true);
create policy named_project on app.erasures for select to indigo_app
using (project_id = nullif(current_setting('app.project_id', true), '')::integer);
"""


def upgrade() -> None:
    """Create the table with its rights and policies."""
    op.execute(TABLE)


def downgrade() -> None:
    """Remove it."""
    op.execute("drop table app.erasures")
