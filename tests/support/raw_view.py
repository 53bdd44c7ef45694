"""A look into the tables of raw."""

import psycopg

from lib.indigitall.endpoints import CAMPAIGN_LISTS, CAMPAIGN_STATISTICS

TABLES = (
    "messages", "contacts", "agent_sessions", "channels", "applications", "batches", "rejects",
    "api_calls", "reconciliation",
    "other_lists", "other_statistics", *CAMPAIGN_LISTS, *CAMPAIGN_STATISTICS,
)  # fmt: skip


class RawView:
    """The tables of raw, read and (in tests only) changed as the superuser."""

    def __init__(self, url):
        self.url = url.set(drivername="postgresql").render_as_string(hide_password=False)

    def rows(self, query, *values):
        """Every row of a query, as tuples."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(query, values).fetchall()

    def run(self, statement, *values):
        """Commit one statement."""
        with psycopg.connect(self.url) as connection:
            connection.execute(statement, values)

    def messages(self, project_id=1):
        """Message ids that are not marked deleted."""
        query = "select message_id from raw.messages where project_id = %s and deleted_at is null"
        return sorted(row[0] for row in self.rows(query, project_id))

    def batches(self, project_id=1, endpoint="chat_history"):
        """(inserted, updated, deleted, touched days) of each batch, in order."""
        return self.rows(
            "select rows_inserted, rows_updated, rows_deleted, touched_dates from raw.batches"
            " where project_id = %s and endpoint = %s order by batch_id",
            project_id,
            endpoint,
        )

    def state(self, project_id=1, endpoint="chat_history"):
        """(status, error, complete until) of an endpoint."""
        found = self.rows(
            "select last_status, last_error, complete_until from app.sync_state"
            " where project_id = %s and endpoint = %s",
            project_id,
            endpoint,
        )
        return found[0] if found else None

    def fingerprint(self):
        """Every row of raw with the transaction that wrote or locked it last; no request log."""
        return {
            table: self.rows(f"select xmin, xmax, t.* from raw.{table} as t order by t::text")
            for table in TABLES
            if table not in {"api_calls", "reconciliation"}
        }
