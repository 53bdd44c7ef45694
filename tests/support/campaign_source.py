"""Writes raw campaign rows as ingestion does: a batch per table that touches the changed days."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import text

from tests.support.raw_source import RawSource

LOADED = datetime(2026, 2, 17, 14, tzinfo=UTC)
BATCH = """
insert into raw.batches (
    project_id, endpoint, status, touched_dates, rows_inserted, started_at, committed_at
) values (:project, :endpoint, 'committed', :days, :rows, :at, :at) returning batch_id
"""
# the values that name a row of statistics, joined by colons
KEYS = {
    "push_daily": ("statsDate", "platformGroup"),
    "push_campaign_daily": ("campaignId", "statsDate", "platformGroup"),
    "sms_daily": ("statsDate",),
    "sms_campaign_daily": ("campaignId", "statsDate"),
    "email_daily": ("statsDate",),
    "email_campaign_daily": ("campaignId", "statsDate"),
    "whatsapp_campaign_daily": ("campaignId", "sendingId", "statsDate", "category"),
    "inapp_daily": ("campaignId", "statsDate"),
}


def load_statistics(source: RawSource, table: str, *rows: Mapping[str, Any]) -> None:
    """Statistics rows of one table as the API words them; their days are touched."""
    days = sorted({date.fromisoformat(row["statsDate"]) for row in rows})
    keyed = [
        {
            "stat_id": ":".join(str(row.get(key)) for key in KEYS[table]),
            "stats_date": row["statsDate"],
            "payload": json.dumps(row),
        }
        for row in rows
    ]
    _load(source, table, "stat_id", keyed, days)


def load_campaigns(source: RawSource, table: str, names: Mapping[int, str | None]) -> None:
    """Campaigns of one list by number, with their names; no day is touched."""
    rows = [
        {"campaign_id": str(number), "payload": json.dumps({"id": number, "name": name})}
        for number, name in names.items()
    ]
    _load(source, table, "campaign_id", rows, [])


def drop_statistics(source: RawSource, table: str, stat_id: str, day: str) -> None:
    """A row that the source no longer has: it is marked, and its day is touched."""
    with source.engine.begin() as connection:
        values = {"project": source.project_id, "endpoint": table, "rows": 1, "at": LOADED}
        connection.execute(text(BATCH), {**values, "days": [date.fromisoformat(day)]})
        connection.execute(
            text(
                f"update raw.{table} set deleted_at = :at"
                " where project_id = :project and stat_id = :stat_id"
            ),
            {"at": LOADED, "project": source.project_id, "stat_id": stat_id},
        )


def _load(
    source: RawSource, table: str, key: str, rows: Iterable[dict[str, Any]], days: list[date]
) -> None:
    rows = list(rows)
    with source.engine.begin() as connection:
        batch = connection.execute(
            text(BATCH),
            {
                "project": source.project_id,
                "endpoint": table,
                "days": days,
                "rows": len(rows),
                "at": LOADED,
            },
        ).scalar_one()
        for row in rows:
            columns = ", ".join(row)
            values = ", ".join(f":{name}" for name in row)
            connection.execute(
                text(
                    f"insert into raw.{table}"
                    f" (project_id, {columns}, payload_hash, batch_id, loaded_at)"
                    f" values (:project, {values}, :hash, :batch, :at)"
                    f" on conflict (project_id, {key}) do update set payload = excluded.payload,"
                    " payload_hash = excluded.payload_hash, batch_id = excluded.batch_id,"
                    " deleted_at = null"
                ),
                {
                    **row,
                    "project": source.project_id,
                    "hash": hashlib.sha256(row["payload"].encode()).digest(),
                    "batch": batch,
                    "at": LOADED,
                },
            )
