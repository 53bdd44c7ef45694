"""The part of a visit in which people answer: queue, agent, transfer, and what goes wrong."""

from dataclasses import dataclass, replace
from random import Random

from infra.sandbox import phrases
from infra.sandbox.drafting import Columns, DayDraft
from infra.sandbox.people import Contact
from infra.sandbox.profiles import Agent
from infra.sandbox.records import Session
from infra.sandbox.rhythm import EVENING_SECOND, OPENING_SECOND, next_opening, second_of_day

OWN_ENTITY_SHARE = 0.86
ABANDONED_SHARE, TRANSFERRED_SHARE = 0.05, 0.07
NEXT_MORNING_SHARE = 0.3
UNLISTED_SHARE = 0.08
BARE_ROW_SHARE = 0.008
OUTSIDE_SHARE = 0.004
TALK_SECONDS = 2_400
CLOSE_REASONS = ("AGENT_ACTION", "AGENT_INACTIVITY", "USER_INACTIVITY")
CLOSE_WEIGHTS = (84, 9, 7)


@dataclass(slots=True)
class AgentPhase:
    """One contact handed to people; a session is planned whole, then its rows are written."""

    draft: DayDraft
    contact: Contact

    def hand_over(self, asked_at: int) -> int:
        """Queue the contact, let one or two agents answer, return the instant the visit ends."""
        rng = self.draft.rng
        queued = asked_at + rng.randrange(2, 9)
        if rng.random() < ABANDONED_SHARE:
            return self._abandoned(queued)
        session = self._plan(queued, self._agent_for(queued, rng))
        transferred = rng.random() < TRANSFERRED_SHARE and not _is_odd(session)
        if transferred:
            session = replace(session, close_reason="AGENT_TRANSFER")
        end = self._write(session)
        if not transferred or session.closed_at is None:
            return end
        other = self._another_agent(session.agent)
        following = self._plan(session.closed_at, other, session.conversation_id)
        return self._write(replace(following, initial_session_id=session.session_id))

    def reach_out(self, at: int) -> int:
        """An agent writes first: there was no queue."""
        rng = self.draft.rng
        agent = self._agent_for(at, rng)
        session = replace(
            self._plan(at, agent),
            queued_at=None,
            assigned_at=at,
            closed_at=at + 1_500,
            close_reason="AGENT_ACTION",
        )
        name = self.contact.profile_name.split(" ", maxsplit=1)[0]
        self.draft.from_agent(
            self.contact, at + 2, phrases.REACH_OUT.format(name=name), agent, session
        )
        return self._write(session)

    def _abandoned(self, queued: int) -> int:
        """Nobody comes: the session is closed by the system, or forgotten open."""
        rng = self.draft.rng
        forgotten = rng.random() < 0.15
        closed = None if forgotten else queued + rng.randrange(900, 5_400)
        planned = self._plan(queued, None)
        session = replace(
            planned,
            assigned_at=None,
            closed_at=closed,
            close_reason="" if forgotten else "QUEUE_TIMEOUT",
            is_listed=True,
        )
        self.draft.sessions.append(session)
        self.draft.gave_up.add(self.contact)
        return max(self._wait_in_queue(session, queued + 800), closed or queued)

    def _plan(self, queued: int, agent: Agent | None, conversation_id: int = 0) -> Session:
        """A session with all its instants; seldom one whose clocks disagree."""
        rng = self.draft.rng
        session_id = self.draft.next_session_id()
        assigned = queued + self._wait(queued)
        closed: int | None = assigned + max(90, int(rng.lognormvariate(6.35, 0.75)))
        fate = rng.random()
        if fate < 0.006:
            closed = None
        elif fate < 0.016:
            closed = assigned + rng.randrange(9 * 3600, 30 * 3600)
        elif fate < 0.021:
            assigned = queued - rng.randrange(3, 40)
        elif fate < 0.025:
            closed = assigned - rng.randrange(2, 30)
        shared_desk = agent is not None and "@red-" in agent.email
        return Session(
            session_id=session_id,
            conversation_id=conversation_id or 3_000_000 + session_id,
            contact_id=self.contact.contact_id,
            channel=self.contact.line.kind,
            agent=agent,
            queued_at=queued,
            assigned_at=assigned,
            closed_at=closed,
            close_reason=rng.choices(CLOSE_REASONS, CLOSE_WEIGHTS)[0] if closed else "",
            initial_session_id=0,
            is_listed=not (shared_desk and rng.random() < UNLISTED_SHARE),
        )

    def _wait(self, queued: int) -> int:
        """A minute or two by day with a long tail; in the evening some wait for the morning."""
        rng = self.draft.rng
        second = second_of_day(queued)
        is_evening = second >= EVENING_SECOND or second < OPENING_SECOND - 3600
        if is_evening and rng.random() < NEXT_MORNING_SHARE:
            return next_opening(queued) - queued + rng.randrange(30, 2_400)
        if rng.random() < 0.03:
            return rng.randrange(1_200, 5_400)
        return max(6, int(rng.lognormvariate(4.6, 1.0)))

    def _agent_for(self, at: int, rng: Random) -> Agent:
        """Mostly somebody of the contact's own entity who works at that hour."""
        outside = self.draft.profile.outside_agent
        if outside is not None and rng.random() < OUTSIDE_SHARE:
            return outside
        on_duty = self.draft.profile.agents
        if second_of_day(at) >= EVENING_SECOND:
            on_duty = tuple(agent for agent in on_duty if agent.works_evenings)
        own = tuple(agent for agent in on_duty if agent.entity in (self.contact.home_entity, None))
        if own and rng.random() < OWN_ENTITY_SHARE:
            on_duty = own
        return rng.choices(on_duty, [agent.weight for agent in on_duty])[0]

    def _another_agent(self, first: Agent | None) -> Agent:
        others = tuple(agent for agent in self.draft.profile.agents if agent is not first)
        return self.draft.rng.choices(others, [agent.weight for agent in others])[0]

    def _write(self, session: Session) -> int:
        """The rows of one answered session; returns the instant of the last one."""
        draft, rng, agent = self.draft, self.draft.rng, session.agent
        draft.sessions.append(session)
        if agent is None or session.assigned_at is None:
            return session.settled_at
        if session.queued_at is not None:
            self._wait_in_queue(session, session.assigned_at)
        notice = phrases.ASSIGNED_NOTICE.format(agent=agent.name)
        draft.internal(self.contact, session.assigned_at, notice, session, "agent_notification")
        end = session.assigned_at + TALK_SECONDS
        if session.closed_at is not None and session.closed_at > session.assigned_at:
            end = min(end, session.closed_at - 3)
        at = min(session.assigned_at + int(rng.lognormvariate(3.6, 0.8)) + 3, end)
        first = rng.choice(phrases.FIRST_ANSWERS).format(agent=agent.name)
        draft.from_agent(self.contact, at, first, agent, session)
        last = self._exchange(session, agent, at, end)
        if rng.random() < 0.05:
            draft.internal(self.contact, last, rng.choice(phrases.NOTES), session, "note")
        return max(last, session.closed_at or last)

    def _exchange(self, session: Session, agent: Agent, start: int, end: int) -> int:
        """Contact and agent in turn, between the first answer and the end of the talk."""
        draft, rng = self.draft, self.draft.rng
        turns = rng.choices((3, 6, 8, 11, 14, 19), (10, 20, 26, 22, 14, 8))[0]
        topic = rng.randrange(1_000)
        moments = sorted(rng.randrange(start, max(end, start + 1)) for _ in range(turns))
        for place, at in enumerate(moments):
            if place % 2 and rng.random() < 0.85:
                bare = rng.random() < BARE_ROW_SHARE
                text = phrases.AGENT_SAYS[(topic + place) % len(phrases.AGENT_SAYS)]
                draft.from_agent(self.contact, at, text, agent, None if bare else session)
            else:
                said = phrases.CONTACT_SAYS[(topic + place) % len(phrases.CONTACT_SAYS)]
                self._contact_says(session, at, said)
        return moments[-1]

    def _contact_says(self, session: Session, at: int, text: str) -> None:
        photo = self.draft.rng.random() < 0.05
        self.draft.incoming(
            self.contact,
            at,
            phrases.PHOTO if photo else text,
            content_type="image" if photo else "text",
            integration="agent",
            session=session,
        )

    def _wait_in_queue(self, session: Session, until: int) -> int:
        """Impatient rows until somebody comes; some still look as if the bot had them."""
        rng, at = self.draft.rng, session.began_at
        for _ in range(rng.choices((0, 1, 2), (55, 33, 12))[0]):
            at += rng.randrange(15, 90)
            if at >= until:
                break
            text = rng.choice(phrases.WAITING)
            columns: Columns = {"session": session, "integration": "agent"}
            if rng.random() >= 0.65:
                columns = {
                    "intent_id": "df-0002",
                    "intent_name": phrases.FALLBACK,
                    "is_fallback": True,
                }
            self.draft.incoming(self.contact, at, text, **columns)
        return at


def _is_odd(session: Session) -> bool:
    """Whether the session's clocks disagree or it lasts beyond a working day."""
    queued, assigned, closed = session.queued_at, session.assigned_at, session.closed_at
    if queued is None or assigned is None or closed is None:
        return True
    return not queued <= assigned <= closed <= assigned + 8 * 3600
