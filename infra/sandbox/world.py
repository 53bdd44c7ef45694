"""The sandbox's memory: every project's days, added as the clock moves on, never rewritten."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from infra.sandbox.days import generate_day
from infra.sandbox.people import Contact, population
from infra.sandbox.profiles import DEMO_PROFILES, ProjectProfile
from infra.sandbox.records import Message, Session
from infra.sandbox.rhythm import TIMEZONE, local_day
from infra.sandbox.served import (
    contact_payload,
    csv_line,
    message_values,
    session_payload,
)

DEMO_SEED, DEMO_DAYS = 7, 400


class UnknownProjectError(KeyError):
    """The world holds no project of that id."""


class ProjectWorld:
    """One project's records in order of time, and what of them shows at an instant."""

    def __init__(self, seed: int, profile: ProjectProfile, scale: float, first_day: date) -> None:
        self.profile = profile
        self.contacts = population(profile, scale)
        self.messages: list[Message] = []
        self.sessions: list[Session] = []
        self.foreign_sessions: list[Session] = []
        self.next_day = first_day
        self._seed = seed
        self._sent: list[int] = []
        self._lines: dict[int, str] = {}
        self._inputs: dict[str, list[int]] = {}

    def extend(self, until: date) -> None:
        """Add the days up to and including this one; days already there stay as they are."""
        if self.next_day > until:
            return
        while self.next_day <= until:
            day = generate_day(self._seed, self.profile, self.contacts, self.next_day)
            self.messages += day.messages
            self.sessions += day.sessions
            self.foreign_sessions += day.foreign_sessions
            self.next_day += timedelta(days=1)
        self.messages.sort(key=lambda message: (message.sent_at, message.message_id))
        self._sent = [message.sent_at for message in self.messages]
        self._inputs = {}
        for message in self.messages:
            if message.send_type == "input":
                self._inputs.setdefault(message.contact.contact_id, []).append(message.sent_at)

    def messages_between(self, start: int, end: int, now: int) -> list[Message]:
        """Messages with start <= sent_at < end that somebody asking at `now` gets to see."""
        low = bisect_left(self._sent, start)
        high = bisect_left(self._sent, min(end, now + 1))
        return [message for message in self.messages[low:high] if message.visible_at <= now]

    def message_values(self, now: int) -> list[tuple[str, ...]]:
        """Every row of the history as served at `now`."""
        visible = self.messages_between(0, now + 1, now)
        return [message_values(message, now) for message in visible]

    def csv_lines(self, messages: Sequence[Message], now: int) -> str:
        """These messages as CSV lines; rows that can no longer change are written once."""
        return "".join(self._line(message, now) for message in messages)

    def session_payloads(self, now: int) -> list[dict[str, object]]:
        """Endpoint 7 at `now`: the project's listed sessions and strangers' ones, by number."""
        listed = [session for session in self.sessions if session.is_listed]
        seen = [session for session in listed + self.foreign_sessions if session.began_at <= now]
        seen.sort(key=lambda session: session.session_id)
        return [session_payload(session, now) for session in seen]

    def contact_payloads(self, now: int) -> list[dict[str, object]]:
        """The contact list at `now`, by number."""
        return [
            contact_payload(contact, self._last_input(contact, now)) for contact in self.contacts
        ]

    def active_agent_count(self, now: int) -> int:
        """Agents who have an open session at `now`."""
        return len(
            {
                session.agent.agent_id
                for session in self.sessions
                if session.agent is not None
                and (session.assigned_at or now + 1) <= now
                and now - 86_400 < (session.assigned_at or 0)
                and (session.closed_at is None or session.closed_at > now)
            }
        )

    def _last_input(self, contact: Contact, now: int) -> int | None:
        moments = self._inputs.get(contact.contact_id, [])
        place = bisect_right(moments, now)
        return moments[place - 1] if place else None

    def _line(self, message: Message, now: int) -> str:
        line = self._lines.get(message.message_id)
        if line is None:
            line = csv_line(message_values(message, now))
            if message.settled_at <= now:
                self._lines[message.message_id] = line
        return line


class World:
    """All projects of one seed; `first_day` is fixed at birth, the last day follows the clock."""

    def __init__(
        self, seed: int, profiles: Sequence[ProjectProfile], scale: float, first_day: date
    ) -> None:
        self.first_day = first_day
        self.projects = {
            profile.project_id: ProjectWorld(seed, profile, scale, first_day)
            for profile in profiles
        }

    @classmethod
    def generate(
        cls,
        seed: int = DEMO_SEED,
        projects: Sequence[ProjectProfile] = DEMO_PROFILES,
        *,
        until: datetime,
        days: int = DEMO_DAYS,
        scale: float = 1.0,
    ) -> "World":
        """A world of so many local days, the last being the one of `until` (an aware instant).

        `scale` shrinks people and traffic alike. The same arguments give the same world.
        """
        last_day = local_day(until)
        world = cls(seed, projects, scale, last_day - timedelta(days=days - 1))
        world.extend(until)
        return world

    def extend(self, until: datetime) -> None:
        """Make sure the local day of this instant and all before it exist."""
        for project in self.projects.values():
            project.extend(local_day(until))

    def project(self, project_id: int) -> ProjectWorld:
        """One project. Raises UnknownProjectError."""
        try:
            return self.projects[project_id]
        except KeyError:
            known = ", ".join(map(str, self.projects))
            raise UnknownProjectError(f"project {project_id} is none of {known}") from None


@lru_cache(maxsize=2)
def demo_world(seed: int, last_day: date) -> World:
    """The full demo ending on a local day, generated once per process."""
    noon = datetime(last_day.year, last_day.month, last_day.day, 12, tzinfo=TIMEZONE)
    return World.generate(seed, until=noon)
