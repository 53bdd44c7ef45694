"""What became of conversations: contained, abandoned, in a loop, back again, satisfied."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise

from infra.sandbox.served import COLUMNS
from infra.sandbox.truth.numbers import Number, messages_between
from infra.sandbox.truth.project import ConversationTruth, MessageTruth, ProjectTruth
from infra.sandbox.truth.surveys import SurveyTruth, survey_of

STATUS = COLUMNS.index("status")
FINAL = ("channel_delivered", "channel_read", "channel_failed")
DAY = timedelta(days=1)
WINDOWS = {"24h": DAY, "72h": 3 * DAY, "7d": 7 * DAY}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One conversation with its counted messages, beside those of the contact around it."""

    talk: ConversationTruth
    messages: tuple[MessageTruth, ...]
    is_final: bool
    previous_end: datetime | None
    next_inbound: datetime | None

    @property
    def turns(self) -> list[MessageTruth]:
        """The turns the bot had to answer."""
        return [message for message in self.messages if message.is_bot_handled]

    @property
    def is_contained(self) -> bool:
        """The bot took part and no human did."""
        return self.talk.conversation_type == "bot" and self.talk.has_bot_turn

    @property
    def is_effective(self) -> bool:
        """Contained for good: understood at the end, and nobody came back within a day."""
        turns = self.turns
        came_back = (
            self.next_inbound is not None and self.next_inbound - self.talk.last_message_at <= DAY
        )
        return self.is_contained and not (turns and turns[-1].row.is_fallback) and not came_back

    @property
    def is_abandoned(self) -> bool:
        """The bot had the last word, to a turn it had not understood."""
        inbound = [message for message in self.messages if message.row.direction == "inbound"]
        lost = bool(inbound) and inbound[-1].is_bot_handled and inbound[-1].row.is_fallback
        return lost and self.messages[-1].row.direction == "bot"

    @property
    def has_loop(self) -> bool:
        """Two turns in a row were not understood."""
        return any(a.row.is_fallback and b.row.is_fallback for a, b in pairwise(self.turns))

    def is_return(self, window: timedelta) -> bool:
        """Whether the contact came back within the window."""
        begun = first_inbound(self.messages)
        if begun is None or self.previous_end is None:
            return False
        return begun - self.previous_end <= window


def first_inbound(messages: Sequence[MessageTruth]) -> datetime | None:
    """When the contact first wrote, among messages in order of time."""
    return next((m.row.sent_at for m in messages if m.row.direction == "inbound"), None)


def outcomes(truth: ProjectTruth) -> list[Outcome]:
    """Every conversation of the project, contact by contact in order of days."""
    of_day: dict[tuple[str, date], list[MessageTruth]] = defaultdict(list)
    for message in truth.messages:
        if message.row.is_counted:
            of_day[message.row.contact_id, message.row.local_date].append(message)
    ordered = sorted(truth.conversations, key=lambda talk: (talk.contact_id, talk.local_date))
    found: list[Outcome] = []
    for contact_id, group in groupby(ordered, key=lambda talk: talk.contact_id):
        talks = list(group)
        for place, talk in enumerate(talks):
            following = talks[place + 1] if place + 1 < len(talks) else None
            mine = of_day[contact_id, following.local_date] if following else []
            found.append(
                Outcome(
                    talk=talk,
                    messages=tuple(of_day[contact_id, talk.local_date]),
                    is_final=truth.now - talk.last_message_at >= DAY,
                    previous_end=talks[place - 1].last_message_at if place else None,
                    next_inbound=first_inbound(mine),
                )
            )
    return found


def outcome_metrics(
    truth: ProjectTruth, start: date, end: date, *, frequent_limit: int = 4
) -> dict[str, Number]:
    """Metrics of these local days by their names; a rate without a base is None."""
    found = [item for item in outcomes(truth) if start <= item.talk.local_date <= end]
    with_bot = [item for item in found if item.talk.has_bot_turn]
    final = [item for item in with_bot if item.is_final]
    rate = _rate_over(with_bot)
    effective = [item for item in final if item.is_effective]
    return {
        "provisional_conversations": sum(not item.is_final for item in found),
        "containment_rate": rate(lambda item: item.is_contained),
        "final_bot_conversations": len(final),
        "effective_containments": len(effective),
        "effective_containment_rate": len(effective) / len(final) if final else None,
        "fallback_conversation_rate": rate(lambda item: item.talk.fallback_count > 0),
        "bot_abandonment_rate": rate(lambda item: item.is_abandoned),
        "fallback_loops": sum(item.has_loop for item in found),
        "fallback_loop_rate": rate(lambda item: item.has_loop),
        **{f"repeat_contact_rate_{name}": _returns(found, WINDOWS[name]) for name in WINDOWS},
        "high_frequency_contacts": len(frequent_contacts(truth, start, end, frequent_limit)),
        "message_delivery_rate": delivery_rate(truth, start, end),
        **_satisfaction(truth, start, end),
    }


def frequent_contacts(truth: ProjectTruth, start: date, end: date, limit: int) -> set[str]:
    """Contacts who wrote on more days than the limit among any seven of these in a row."""
    days: dict[str, set[date]] = defaultdict(set)
    for talk in truth.conversations:
        if talk.inbound_message_count and start <= talk.local_date <= end:
            days[talk.contact_id].add(talk.local_date)
    return {
        contact
        for contact, mine in days.items()
        if any(sum(first <= day < first + 7 * DAY for day in mine) > limit for first in mine)
    }


def delivery_rate(truth: ProjectTruth, start: date, end: date) -> float | None:
    """Delivered or read among the bot's and the agents' messages with a final state."""
    states = [
        truth.served[message.row.message_id][STATUS]
        for message in messages_between(truth, start, end)
        if message.row.direction in ("bot", "agent")
    ]
    final = [state for state in states if state in FINAL]
    return sum(state != "channel_failed" for state in final) / len(final) if final else None


def surveys(truth: ProjectTruth, start: date, end: date) -> Iterator[SurveyTruth]:
    """The surveys that came back on these local days."""
    for message in messages_between(truth, start, end):
        survey = survey_of(message.row)
        if survey is not None:
            yield survey


def _satisfaction(truth: ProjectTruth, start: date, end: date) -> dict[str, Number]:
    found = list(surveys(truth, start, end))
    scored = [survey for survey in found if survey.score is not None]
    satisfied = sum(survey.is_satisfied for survey in scored)
    return {
        "survey_responses": len(found),
        "csat_answers": len(scored),
        "csat": satisfied / len(scored) if len(scored) >= 5 else None,
    }


def _rate_over(base: Sequence[Outcome]) -> Callable[[Callable[[Outcome], bool]], float | None]:
    return lambda holds: sum(map(holds, base)) / len(base) if base else None


def _returns(found: Sequence[Outcome], window: timedelta) -> float | None:
    return _rate_over(found)(lambda item: item.is_return(window))
