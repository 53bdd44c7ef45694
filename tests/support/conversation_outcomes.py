"""What became of the small world's conversations: containment, abandonment, loops, returns."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, timezone
from itertools import groupby

Row = dict[str, object]
BOGOTA = timezone(timedelta(hours=-5))
DAY = timedelta(days=1)


def instant(row: Row) -> datetime:
    """The full local hour of a message."""
    day = date.fromisoformat(str(row["local_date"]))
    return datetime(day.year, day.month, day.day, int(str(row["local_hour"])), tzinfo=BOGOTA)


def outcome(rows: Sequence[Row], *, has_bot: bool, has_human: bool, today: date) -> Row:
    """What the counted messages of one conversation tell on their own; today's is provisional."""
    inbound = [row for row in rows if row["direction"] == "inbound"]
    handled = [row for row in rows if row["is_bot_handled"]]
    runs = [
        len(list(run)) for lost, run in groupby(handled, lambda row: row["is_fallback"]) if lost
    ]
    contained = has_bot and not has_human
    is_provisional = rows[0]["local_date"] == today
    understood = not (handled and handled[-1]["is_fallback"])
    return {
        "first_message_at": instant(rows[0]),
        "last_message_at": instant(rows[-1]),
        "first_inbound_at": instant(inbound[0]) if inbound else None,
        "has_fallback": bool(runs),
        "has_fallback_loop": max(runs, default=0) >= 2,
        "is_bot_abandoned": rows[-1]["direction"] == "bot"
        and bool(inbound)
        and bool(inbound[-1]["is_bot_handled"] and inbound[-1]["is_fallback"]),
        "is_provisional": is_provisional,
        "is_contained": contained if has_bot else None,
        "is_effectively_contained": contained and understood
        if has_bot and not is_provisional
        else None,
    }


def with_returns(given: Iterable[Row]) -> list[Row]:
    """The conversations with who came back, and which containment was undone by it."""
    conversations = [dict(row) for row in given]
    for row in conversations:
        row |= {"is_repeat_24h": False, "is_repeat_72h": False, "is_repeat_7d": False}
        begun = row["first_inbound_at"]
        earlier = [other for other in conversations if _is_before(other, row)]
        if not earlier or not isinstance(begun, datetime):
            continue
        previous = max(earlier, key=lambda other: str(other["local_date"]))
        ended = previous["last_message_at"]
        assert isinstance(ended, datetime)
        row["is_repeat_24h"] = begun - ended <= DAY
        row["is_repeat_72h"] = begun - ended <= 3 * DAY
        row["is_repeat_7d"] = begun - ended <= 7 * DAY
        if row["is_repeat_24h"] and previous["is_effectively_contained"]:
            previous["is_effectively_contained"] = False
    return conversations


def _is_before(other: Row, row: Row) -> bool:
    same = all(other[name] == row[name] for name in ("project_id", "contact_key"))
    return same and str(other["local_date"]) < str(row["local_date"])
