"""Agent sessions that are the project's own: guarded ones, and those seen only on messages."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from infra.sandbox.truth.rows import Row, instant
from lib.tenants.config import ProjectConfig

SILENCE = timedelta(hours=24)
LONG_HANDLE_SECONDS = 8 * 3600
WAIT_BUCKETS = ((60, "0-1"), (300, "1-5"), (900, "5-15"), (1800, "15-30"))


@dataclass(frozen=True, slots=True)
class SessionTruth:
    """One agent session; durations are whole seconds, None when negative or incomplete."""

    session_id: str
    contact_id: str
    agent_id: str | None
    agent_email: str | None
    channel: str
    queued_at: datetime | None
    assigned_at: datetime | None
    closed_at: datetime | None
    initial_session_id: int
    is_rebuilt: bool
    close_reason: str | None = None
    first_response_at: datetime | None = None
    message_dates: frozenset[date] = frozenset()
    last_event_at: datetime | None = None
    is_queue_abandoned: bool = False

    @property
    def began_at(self) -> datetime:
        """queued, else assigned, else closed: what places the session on a day."""
        began = self.queued_at or self.assigned_at or self.closed_at or self.last_event_at
        if began is None:
            raise ValueError(f"session {self.session_id} has no instant at all")
        return began

    @property
    def ends_at(self) -> datetime:
        """When the session stops being open: closed, else 24 h after its last event."""
        return self.closed_at or (self.last_event_at or self.began_at) + SILENCE

    @property
    def wait_seconds(self) -> int | None:
        """From the queue to the agent."""
        return _seconds(self.queued_at, self.assigned_at)

    @property
    def first_response_seconds(self) -> int | None:
        """From the queue to the agent's first message."""
        return _seconds(self.queued_at, self.first_response_at)

    @property
    def handle_seconds(self) -> int | None:
        """From the agent's coming to the closing, however long."""
        return _seconds(self.assigned_at, self.closed_at)

    @property
    def is_handle_over_limit(self) -> bool:
        """Whether the handle time is kept out of the metric and counted apart."""
        return (self.handle_seconds or 0) > LONG_HANDLE_SECONDS

    @property
    def is_transferred(self) -> bool:
        """Whether it continues another session."""
        return str(self.initial_session_id) not in ("0", self.session_id)

    @property
    def wait_bucket(self) -> str | None:
        """The wait in minutes as a bucket that includes its lower limit."""
        if self.wait_seconds is None:
            return None
        seconds = self.wait_seconds
        return next((name for limit, name in WAIT_BUCKETS if seconds < limit), "30+")

    def is_open_at(self, moment: datetime) -> bool:
        """Whether an instant lies inside the session."""
        return self.began_at <= moment < self.ends_at

    def touches(self, day: date, timezone: ZoneInfo) -> bool:
        """Whether one of its times or messages falls on a local day."""
        times = (self.queued_at, self.assigned_at, self.closed_at)
        return day in self.message_dates or any(
            moment is not None and moment.astimezone(timezone).date() == day for moment in times
        )

    def agent_known_by(self, moment: datetime) -> str | None:
        """The agent's id once assigned or once they wrote; None before."""
        known = [at for at in (self.assigned_at, self.first_response_at) if at is not None]
        return self.agent_id if known and min(known) <= moment else None


def own_sessions(
    payloads: Iterable[Mapping[str, object]],
    rows: Sequence[Row],
    contact_ids: frozenset[str],
    config: ProjectConfig,
    now: datetime,
) -> list[SessionTruth]:
    """The project's sessions in order of their beginning; strangers' are left out."""
    of_session: dict[str, list[Row]] = defaultdict(list)
    written: dict[str, list[datetime]] = defaultdict(list)
    for row in rows:
        if row.session_id:
            of_session[row.session_id].append(row)
        if row.direction == "inbound":
            written[row.contact_id].append(row.sent_at)
    listed = [_from_payload(payload) for payload in payloads]
    kept = [
        session
        for session in listed
        if session.session_id in of_session
        or (session.contact_id in contact_ids and _is_our_domain(session.agent_email, config))
    ]
    known = {session.session_id for session in kept}
    rebuilt = [_from_rows(key, mine) for key, mine in of_session.items() if key not in known]
    full = [
        _with_rows(
            session, of_session.get(session.session_id, []), written[session.contact_id], now
        )
        for session in kept + rebuilt
    ]
    return sorted(full, key=lambda session: (session.began_at, int(session.session_id)))


def roster(sessions: Iterable[SessionTruth], config: ProjectConfig) -> frozenset[str]:
    """The ids of our agents: those of guarded sessions, by mail domain or by id."""
    return frozenset(
        session.agent_id
        for session in sessions
        if session.agent_id is not None
        and not session.is_rebuilt
        and (session.agent_id in config.agent_ids or _is_our_domain(session.agent_email, config))
    )


def _is_our_domain(email: str | None, config: ProjectConfig) -> bool:
    return email is not None and email.rpartition("@")[2].lower() in config.agent_mail_domains


def _from_payload(payload: Mapping[str, object]) -> SessionTruth:
    agent_id, email = payload["agentId"], payload["email"]
    return SessionTruth(
        session_id=str(payload["agentSessionId"]),
        contact_id=str(payload["contactId"]),
        agent_id=None if agent_id is None else str(agent_id),
        agent_email=None if email is None else str(email),
        channel=str(payload["channel"]),
        queued_at=instant(payload["queuedAt"]),
        assigned_at=instant(payload["assignedAt"]),
        closed_at=instant(payload["closedAt"]),
        initial_session_id=int(str(payload["initialAgentSession"] or 0)),
        is_rebuilt=False,
    )


def _from_rows(session_id: str, rows: Sequence[Row]) -> SessionTruth:
    last = rows[-1]
    return SessionTruth(
        session_id=session_id,
        contact_id=last.contact_id,
        agent_id=last.agent_id,
        agent_email=None,
        channel=last.channel,
        queued_at=last.queued_at,
        assigned_at=last.assigned_at,
        closed_at=last.closed_at,
        initial_session_id=0,
        is_rebuilt=True,
    )


def _with_rows(
    session: SessionTruth, rows: Sequence[Row], written: Sequence[datetime], now: datetime
) -> SessionTruth:
    """The session with what its messages add, and whether the queue was abandoned."""
    answers = [row.sent_at for row in rows if row.direction == "agent"]
    reasons = [row.close_reason for row in rows if row.close_reason]
    times = [session.queued_at, session.assigned_at, *(row.sent_at for row in rows)]
    return replace(
        session,
        close_reason=reasons[-1] if reasons else None,
        first_response_at=min(answers, default=None),
        message_dates=frozenset(row.local_date for row in rows),
        last_event_at=max((time for time in times if time is not None), default=None),
        is_queue_abandoned=session.queued_at is not None
        and session.assigned_at is None
        and not answers
        and (session.closed_at is not None or now >= _silent_at(session.queued_at, written)),
    )


def _silent_at(queued_at: datetime, written: Sequence[datetime]) -> datetime:
    """End of the first 24 hours in which who waits since `queued_at` does not write."""
    before = [at for at in written if queued_at - SILENCE <= at <= queued_at]
    last = max(before, default=queued_at)
    for at in sorted(at for at in written if at > queued_at):
        if at >= last + SILENCE:
            break
        last = at
    return last + SILENCE


def _seconds(start: datetime | None, end: datetime | None) -> int | None:
    if start is None or end is None or end < start:
        return None
    return int((end - start).total_seconds())
