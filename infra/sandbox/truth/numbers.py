"""The metrics of a range of local days, from a project's truth; both ends included."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from math import floor

from infra.sandbox.truth.project import MessageTruth, ProjectTruth

DIMENSIONS: dict[str, Callable[[MessageTruth], object]] = {
    "direction": lambda message: message.row.direction,
    "day": lambda message: message.row.local_date,
    "hour": lambda message: message.row.local_hour,
    "weekday": lambda message: message.row.local_date.isoweekday(),
    "entity": lambda message: message.entity,
    "channel": lambda message: message.row.channel,
    "intent": lambda message: message.row.intent,
    "agent": lambda message: message.row.agent_id,
}
Number = int | float | None


def messages_between(truth: ProjectTruth, start: date, end: date) -> list[MessageTruth]:
    """Counted messages (inbound, bot, agent) of these local days."""
    return [
        message
        for message in truth.messages
        if message.row.is_counted and start <= message.row.local_date <= end
    ]


def message_counts(
    truth: ProjectTruth, start: date, end: date, by: Sequence[str]
) -> Counter[tuple[object, ...]]:
    """Counted messages by dimensions of DIMENSIONS; keys are tuples in the order asked for."""
    keys = [DIMENSIONS[name] for name in by]
    found = messages_between(truth, start, end)
    return Counter(tuple(key(message) for key in keys) for message in found)


def unique_contacts(truth: ProjectTruth, start: date, end: date) -> int:
    """Distinct contacts with a conversation."""
    return len({talk.contact_id for talk in truth.conversations if start <= talk.local_date <= end})


def active_agents(truth: ProjectTruth, start: date, end: date) -> frozenset[str]:
    """Our agents who wrote at least one message."""
    found = messages_between(truth, start, end)
    wrote = {message.row.agent_id for message in found if message.row.direction == "agent"}
    return frozenset(agent for agent in wrote if agent in truth.roster)


def intent_counts(truth: ProjectTruth, start: date, end: date) -> dict[str, tuple[int, int]]:
    """Messages and conversations per cleaned intent, technical ones included."""
    turns: Counter[str] = Counter()
    talks: dict[str, set[tuple[str, date]]] = {}
    for message in messages_between(truth, start, end):
        intent = message.row.intent
        if intent is not None:
            turns[intent] += 1
            talks.setdefault(intent, set()).add((message.row.contact_id, message.row.local_date))
    return {intent: (count, len(talks[intent])) for intent, count in turns.items()}


def metrics(truth: ProjectTruth, start: date, end: date) -> dict[str, Number]:
    """Every metric by its name; a rate without a base and a time without a case is None."""
    found = messages_between(truth, start, end)
    directions = Counter(message.row.direction for message in found)
    talks = [talk for talk in truth.conversations if start <= talk.local_date <= end]
    handled = [message for message in found if message.is_bot_handled]
    fallbacks = sum(message.row.is_fallback for message in handled)
    with_bot = sum(talk.has_bot_turn for talk in talks)
    sessions = [s for s in truth.sessions if start <= truth.session_date(s) <= end]
    handles = [s.handle_seconds for s in sessions if not s.is_handle_over_limit]
    return {
        "messages": len(found),
        "inbound_messages": directions["inbound"],
        "bot_messages": directions["bot"],
        "agent_messages": directions["agent"],
        "unique_contacts": len({talk.contact_id for talk in talks}),
        "conversations": len(talks),
        "active_agents": len(active_agents(truth, start, end)),
        "bot_handled_messages": len(handled),
        "fallback_messages": fallbacks,
        "fallback_rate": _rate(fallbacks, len(handled)),
        "handoff_rate": _rate(sum(talk.is_handed_off for talk in talks), with_bot),
        "agent_sessions": len(sessions),
        **_times("wait", [s.wait_seconds for s in sessions]),
        **_times("first_response", [s.first_response_seconds for s in sessions]),
        **_times("handle", handles),
    }


def percentile(values: Sequence[int], share: float) -> float | None:
    """The value below which `share` of the cases lie, between two cases in proportion."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def _times(name: str, durations: Iterable[int | None]) -> dict[str, Number]:
    known = [seconds for seconds in durations if seconds is not None]
    return {
        f"{name}_count": len(known),
        f"{name}_time_p50": percentile(known, 0.5),
        f"{name}_time_p90": percentile(known, 0.9),
        f"{name}_time_avg": sum(known) / len(known) if known else None,
    }


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None
