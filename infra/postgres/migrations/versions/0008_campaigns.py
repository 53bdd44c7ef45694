"""Campaigns: their lists and statistics, one table per resource of the API, kept as it sent them.

Lists are keyed by the campaign, statistics by their natural key written as one text (campaign, day,
platform or category, joined by colons). `stats_date` is the source's own day, never converted.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

LISTS = ("push_campaigns", "sms_campaigns", "email_campaigns")
STATISTICS = (
    "push_daily",
    "push_campaign_daily",
    "sms_daily",
    "sms_campaign_daily",
    "email_daily",
    "email_campaign_daily",
    "whatsapp_campaign_daily",
    "inapp_daily",
)


def resource(table: str, key: str, day_column: str = "") -> str:
    """A resource kept as the JSON object the API sent, in the shape all of them share."""
    return f"""
        create table raw.{table} (
            project_id integer not null,
            {key} text not null,
            {day_column}
            payload jsonb not null,
            payload_hash bytea not null,
            batch_id bigint not null,
            loaded_at timestamptz not null,
            deleted_at timestamptz,
            primary key (project_id, {key})
        )
    """


def upgrade() -> None:
    for table in LISTS:
        op.execute(resource(table, "campaign_id"))
    for table in STATISTICS:
        op.execute(resource(table, "stat_id", "stats_date date not null,"))
        op.execute(f"create index {table}_stats_date on raw.{table} (project_id, stats_date)")
    for table in (*LISTS, *STATISTICS):
        op.execute(f"grant select, insert, update on raw.{table} to indigo_ingest")
    op.execute(
        "comment on column raw.batches.endpoint is"
        " 'chat_history, agent_conversations, or the table of the resource'"
    )
    op.execute("alter table app.projects add column enabled_endpoints text[] not null default '{}'")
    op.execute(
        "comment on column app.projects.enabled_endpoints is"
        " 'resources of the API that are read for this project only when named here'"
    )


def downgrade() -> None:
    op.execute("alter table app.projects drop column enabled_endpoints")
    op.execute(
        "comment on column raw.batches.endpoint is"
        " 'chat_history, contacts, agent_conversations, channels or applications'"
    )
    for table in (*STATISTICS, *LISTS):
        op.execute(f"drop table raw.{table}")
