"""How far behind the source what is loaded stands."""

from datetime import datetime

from lib.raw.connection import Connection

__all__ = ["newest_message_at"]

# a message dated in the future says nothing about how fresh the others are
NEWEST = """
select max(sent_at) from raw.messages
where project_id = %s and sent_at <= %s and deleted_at is null
"""


def newest_message_at(connection: Connection, project_id: int, now: datetime) -> datetime | None:
    """When the newest loaded message was sent, up to now; None where there is none."""
    row = connection.execute(NEWEST, [project_id, now]).fetchone()
    return row[0] if row else None
