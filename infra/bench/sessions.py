"""Agent sessions of a stretch of visits: their times, their agents, and how the API lists them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from infra.bench.people import People
from infra.bench.visits import (
    FROM_AGENT,
    QUEUED,
    Flags,
    Integers,
    Messages,
    Visits,
    draw_messages,
    utc_text,
)

LISTED_SHARE, TRANSFERRED_SHARE = 0.92, 0.07
REASONS, REASON_WEIGHTS = (
    ("AGENT_ACTION", "AGENT_INACTIVITY", "USER_INACTIVITY"),
    (0.84, 0.09, 0.07),
)


@dataclass(frozen=True, slots=True)
class Sessions:
    """One row per visit that asked for an agent; an abandoned one has no agent."""

    visit: Integers
    number: Integers
    queued_at: Integers
    assigned_at: Integers
    closed_at: Integers
    agent: Integers
    reason: Integers
    is_served: Flags
    is_listed: Flags
    is_transfer: Flags


@dataclass(frozen=True, slots=True)
class Traffic:
    """Some visits of one project with everything that happened in them."""

    people: People
    visits: Visits
    messages: Messages
    sessions: Sessions


def draw_traffic(
    rng: np.random.Generator, people: People, visits: Visits, first_session: int
) -> Traffic:
    """What happened in these visits; session numbers go up from `first_session`."""
    messages = draw_messages(rng, visits)
    sessions = _draw_sessions(rng, people.project.agent_count, visits, messages)
    return Traffic(
        people, visits, messages, replace(sessions, number=first_session + sessions.number)
    )


def _draw_sessions(
    rng: np.random.Generator, agents: int, visits: Visits, messages: Messages
) -> Sessions:
    """The sessions behind the messages, numbered from 0."""
    queued_rows = np.flatnonzero(messages.kind == QUEUED)
    visit = messages.visit[queued_rows]
    count = len(visit)
    queued_at = messages.sent_at[queued_rows]
    is_served = visits.exchanges[visit] > 0
    next_rows = np.minimum(queued_rows + 1, len(messages.kind) - 1)
    answered = is_served & (messages.kind[next_rows] == FROM_AGENT)
    last_rows = queued_rows + 2 * visits.exchanges[visit]
    assigned_at = np.where(answered, messages.sent_at[next_rows] - 8, 0)
    return Sessions(
        visit=visit,
        number=np.arange(count),
        queued_at=queued_at,
        assigned_at=np.maximum(assigned_at, np.where(is_served, queued_at, 0)),
        closed_at=messages.sent_at[last_rows] + rng.integers(60, 1800, count),
        agent=rng.integers(0, agents, count),
        reason=rng.choice(3, count, p=REASON_WEIGHTS),
        is_served=is_served,
        is_listed=rng.random(count) < LISTED_SHARE,
        is_transfer=rng.random(count) < TRANSFERRED_SHARE,
    )


def session_records(traffic: Traffic) -> Iterator[dict[str, object]]:
    """The sessions that the endpoint lists, as it lists them."""
    people, sessions = traffic.people, traffic.sessions
    project = people.project
    times = (
        utc_text(sessions.queued_at),
        utc_text(sessions.assigned_at),
        utc_text(sessions.closed_at),
    )
    contacts = traffic.visits.contact[sessions.visit].tolist()
    for place, number in enumerate(sessions.number.tolist()):
        if not sessions.is_listed[place]:
            continue
        queued, assigned, closed = (f"{values[place]}.000Z" for values in times)
        agent = int(sessions.agent[place]) if sessions.is_served[place] else None
        email = None if agent is None else f"agente{agent}@{project.domain(agent)}"
        yield {
            "agentSessionId": number,
            "conversationSessionId": number,
            "contactId": people.contact_ids[contacts[place]],
            "agentId": None if agent is None else 1000 + agent,
            "email": email,
            "channel": people.channels[contacts[place]],
            "queuedAt": queued,
            "assignedAt": None if agent is None else assigned,
            "closedAt": closed,
            "initialAgentSession": number - 1 if sessions.is_transfer[place] else 0,
        }
