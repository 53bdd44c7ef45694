"""The audit log: a queue that everybody may append to, and the chain one writer makes of it.

`indigo_app` may insert into the queue and read the chain of the project its transaction names; it
changes and deletes nothing. Rows of the platform (project 0) are the owner's alone. The chain
refuses updates and deletions by trigger, also to its owner; what a purge removes it notes in
`app.audit_heads`, so that the rest can still be verified.
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TABLES = """
create table app.audit_queue (
    project_id integer not null check (project_id >= 0),
    event_id bigint generated always as identity,
    happened_at timestamptz not null,
    action text not null,
    actor text not null,
    detail jsonb not null check (pg_column_size(detail) <= 65536),
    request_id text,
    incident text,
    primary key (project_id, event_id)
);
comment on table app.audit_queue is 'events as they happen; a row leaves it when it is chained';
comment on column app.audit_queue.project_id is '0: the platform, for what no project is known of';

create table app.audit_log (
    project_id integer not null,
    position bigint not null check (position > 0),
    event_id bigint not null,
    happened_at timestamptz not null,
    action text not null,
    actor text not null,
    detail jsonb not null,
    request_id text,
    incident text,
    previous_hash text not null check (previous_hash ~ '^[0-9a-f]{64}$'),
    hash text not null check (hash ~ '^[0-9a-f]{64}$'),
    primary key (project_id, position),
    unique (project_id, event_id)
);
create index audit_log_time on app.audit_log (project_id, happened_at desc, position desc);
comment on column app.audit_log.position is '1, 2, 3... without a gap in each project';

create table app.audit_heads (
    project_id integer primary key,
    position bigint not null,
    hash text not null,
    purged_position bigint not null default 0,
    purged_hash text
);
comment on table app.audit_heads is 'newest row of each chain, last row a purge removed';
"""
RIGHTS = """
grant insert on app.audit_queue to indigo_app;
grant select on app.audit_log, app.audit_heads to indigo_app;
"""
KEEP = """
create function app.refuse_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and current_setting('app.audit_purge', true) = 'on' then
        return old;
    end if;
    raise exception 'the audit log is append-only'
    using hint = 'a purge sets app.audit_purge and notes what it removes in app.audit_heads';
end
$$;
revoke all on function app.refuse_change() from public;
create trigger append_only before update or delete on app.audit_log
for each row execute function app.refuse_change();
create trigger never_emptied before truncate on app.audit_log
for each statement execute function app.refuse_change();
"""
NAMED_PROJECT = "project_id = nullif(current_setting('app.project_id', true), '')::integer"


def protect(table: str) -> str:
    """Row level security of one table, with all rows for the owner."""
    return f"""
        alter table app.{table} enable row level security;
        alter table app.{table} force row level security;
        create policy owner_rows on app.{table} for all to indigo_owner
        using (true) with check (true);
    """


def upgrade() -> None:
    """Create the tables with their rights, policies and triggers."""
    op.execute(TABLES)
    op.execute(RIGHTS)
    op.execute(KEEP)
    for table in ("audit_queue", "audit_log", "audit_heads"):
        op.execute(protect(table))
    op.execute(
        "create policy new_rows on app.audit_queue for insert to indigo_app"
        f" with check (project_id = 0 or {NAMED_PROJECT})"
    )
    for table in ("audit_log", "audit_heads"):
        op.execute(
            f"create policy named_rows on app.{table} for select to indigo_app"
            f" using ({NAMED_PROJECT})"
        )


def downgrade() -> None:
    """Remove them."""
    op.execute("drop table app.audit_heads, app.audit_log, app.audit_queue")
    op.execute("drop function app.refuse_change()")
