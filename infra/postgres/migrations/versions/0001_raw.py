"""The raw schema: what the API said, kept whole, one row per key of the source.

Written by `indigo_ingest` (insert, update; a vanished row gets `deleted_at`, nothing is deleted),
read and marked as published by `indigo_owner` (dbt). No tenant has a right here.
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BOOKS = """
create table raw.batches (
    batch_id bigint generated always as identity primary key,
    project_id integer not null,
    endpoint text not null,
    window_from date,
    window_to date,
    status text not null check (status in ('loading', 'committed', 'failed')),
    rows_read bigint not null default 0,
    rows_inserted bigint not null default 0,
    rows_updated bigint not null default 0,
    rows_deleted bigint not null default 0,
    rows_rejected bigint not null default 0,
    rows_quarantined bigint not null default 0,
    touched_dates date[] not null default '{}',
    started_at timestamptz not null,
    committed_at timestamptz,
    published_at timestamptz,
    run_id text
);
comment on column raw.batches.endpoint is
    'chat_history, contacts, agent_conversations, channels or applications';
comment on column raw.batches.window_from is 'null for snapshots, as window_to';
comment on column raw.batches.touched_dates is
    'local days of the project whose facts this batch changed, old and new';
create index batches_unpublished on raw.batches (project_id) where published_at is null;

create table raw.checkpoints (
    project_id integer,
    endpoint text,
    window_from date,
    window_to date,
    page integer not null,
    row_count bigint not null,
    checksum text not null,
    completed_at timestamptz,
    primary key (project_id, endpoint, window_from, window_to)
);

create table raw.rejects (
    reject_id bigint generated always as identity primary key,
    project_id integer not null,
    endpoint text not null,
    batch_id bigint not null,
    reason text not null,
    payload text not null,
    rejected_at timestamptz not null,
    replayed_at timestamptz
);
create index rejects_to_replay on raw.rejects (project_id, endpoint) where replayed_at is null;
"""

MESSAGES = """
create table raw.messages (
    project_id integer not null,
    message_id text not null,
    message_date text,
    send_type text,
    content_type text,
    status text,
    status_at text,
    channel_external_id text,
    error text,
    content text,
    schedule_at text,
    integration text,
    channel text,
    profile_name text,
    contact_id text,
    agent_conversation_id text,
    agent_queued_at text,
    agent_assigned_at text,
    agent_closed_at text,
    agent_close_reason text,
    agent_id text,
    df_intent_id text,
    df_intent_name text,
    is_fallback text,
    sending_id text,
    extra jsonb not null default '{}',
    sent_at timestamptz not null,
    contact_key text,
    payload_hash bytea not null,
    batch_id bigint not null,
    loaded_at timestamptz not null,
    deleted_at timestamptz,
    primary key (project_id, message_id)
);
comment on column raw.messages.extra is 'columns of the CSV that the table does not know';
comment on column raw.messages.deleted_at is 'set when a later read of the window lacks the row';
create index messages_sent_at on raw.messages (project_id, sent_at);
create index messages_contact on raw.messages (project_id, contact_key, sent_at);
create index messages_agent_conversation on raw.messages (project_id, agent_conversation_id)
where agent_conversation_id is not null;
"""

JSON_RESOURCES = (
    ("applications", "application_id", ""),
    ("contacts", "contact_id", "contact_key text not null,"),
    ("agent_sessions", "agent_session_id", "contact_key text,"),
    ("channels", "channel_id", ""),
)

RIGHTS = """
grant select, insert, update on all tables in schema raw to indigo_ingest;
"""

DOWN = """
drop table raw.channels, raw.agent_sessions, raw.contacts, raw.applications, raw.messages,
    raw.rejects, raw.checkpoints, raw.batches;
"""


def json_resource(table: str, key: str, contact_column: str) -> str:
    """A resource kept as the JSON object the API sent; all of them share one shape."""
    return f"""
        create table raw.{table} (
            project_id integer not null,
            {key} text not null,
            {contact_column}
            payload jsonb not null,
            payload_hash bytea not null,
            batch_id bigint not null,
            loaded_at timestamptz not null,
            deleted_at timestamptz,
            primary key (project_id, {key})
        )
    """


def upgrade() -> None:
    op.execute(BOOKS)
    op.execute(MESSAGES)
    for table, key, contact_column in JSON_RESOURCES:
        op.execute(json_resource(table, key, contact_column))
    op.execute(RIGHTS)


def downgrade() -> None:
    op.execute(DOWN)
