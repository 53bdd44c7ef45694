"""Random histories of a project: batches that add, change, move and delete, in no order of time."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.support.raw_source import Message, RawSource, Session, at

FIRST = at("2026-01-25 00:00")
DAYS = 20
CONTACTS = ("c1", "c2", "c3")
AGENTS = (("11", "ana@coop.example"), ("12", "luz@otra.example"), ("13", "eva@fuera.example"))
SPELLINGS = ("la uno", "LA  DOS", "ni idea")
RULES = (
    ("channel_instance", "41", "Por canal"),
    ("agent_domain", "coop.example", "Por dominio"),
    ("agent", "12", "Por agente"),
    ("survey_alias", "la uno", "Uno"),
    ("survey_alias", "la dos", "Dos"),
)


def random_batch(source: RawSource, rng: Random) -> None:
    """One more committed batch of this project."""
    sessions = [_new_session(source, rng) for _ in range(rng.randrange(3))]
    for known in _some(list(source.sessions.values()), rng):
        sessions.append(_changed_session(known, rng))
    messages = []
    for session in sessions:
        messages += [
            replace(message, session=session, agent_id=None)
            for message in source.messages.values()
            if message.session and message.session.session_id == session.session_id
        ]
        # one the endpoint does not list is known by its messages only
        for _ in range(rng.randrange(0 if session.is_listed else 1, 3)):
            messages.append(_session_message(source, session, rng, len(messages)))
    for number in range(rng.randrange(2, 7)):
        messages.append(_message(source, rng, len(messages) + number))
    kept = {message.message_id for message in messages}
    for known in _some(list(source.messages.values()), rng):
        if known.message_id not in kept:
            messages.append(_changed_message(known, rng))
            kept.add(known.message_id)
    gone = [id_ for id_ in _some(list(source.messages), rng) if id_ not in kept]
    source.load(messages, sessions, gone=gone, contacts=_contacts(rng))


def _some(things: list[Any], rng: Random) -> list[Any]:
    return rng.sample(things, min(len(things), rng.randrange(3)))


def _moment(rng: Random) -> datetime:
    return FIRST + timedelta(seconds=rng.randrange(DAYS * 86400))


def _gap(rng: Random) -> timedelta:
    """Mostly minutes, sometimes days, seldom backwards."""
    seconds = rng.choice((300, 4_000, 30_000, 86_400, 9 * 86_400, -600))
    return timedelta(seconds=seconds + rng.randrange(200))


def _new_session(source: RawSource, rng: Random) -> Session:
    agent_id, email = rng.choice(AGENTS)
    session = Session(
        session_id=str(1 + len(source.sessions) + rng.randrange(1, 10**6)),
        contact=rng.choice(CONTACTS),
        agent_id=agent_id,
        email=email,
        queued_at=_moment(rng) if rng.random() < 0.9 else None,
        is_listed=rng.random() < 0.7,
    )
    return _changed_session(session, rng)


def _changed_session(session: Session, rng: Random) -> Session:
    queued = session.queued_at if rng.random() < 0.8 else _moment(rng)
    start = queued or _moment(rng)
    assigned = start + _gap(rng) if rng.random() < 0.7 else None
    closed = (assigned or start) + _gap(rng) if rng.random() < 0.6 else None
    if not (queued or assigned or closed):
        closed = start
    reason = rng.choice((None, "AGENT_ACTION", "AGENT_TRANSFER"))
    return replace(
        session, queued_at=queued, assigned_at=assigned, closed_at=closed, close_reason=reason
    )


def _session_message(source: RawSource, session: Session, rng: Random, number: int) -> Message:
    start = min(session.times)
    return Message(
        message_id=_message_id(rng, number),
        contact=session.contact,
        sent_at=start + timedelta(seconds=rng.randrange(-5_000, 4 * 86_400)),
        send_type=rng.choice(("operator", "input", "agent_notification")),
        integration="agent",
        session=session,
        agent_id=None,
    )


def _message(source: RawSource, rng: Random, number: int) -> Message:
    kind = rng.random()
    base = Message(
        message_id=_message_id(rng, number),
        contact=rng.choice(CONTACTS) if rng.random() < 0.97 else None,
        sent_at=_moment(rng),
        channel=rng.choice(("cloudapi", "cloudapi", "webchat")),
    )
    if kind < 0.4:
        intent = rng.choice(("[1] saldo", "Default Fallback Intent", "certificado", None))
        return replace(base, intent=intent, is_fallback=rng.random() < 0.4)
    if kind < 0.6:
        return replace(base, send_type="dialogflow")
    if kind < 0.7:
        return replace(base, send_type="operator", agent_id=rng.choice(AGENTS)[0])
    if kind < 0.85:
        answer = f'{{"flowResponse": {{"entity": "{rng.choice(SPELLINGS)}"}}}}'
        return replace(base, content_type="event", content=answer)
    return replace(base, send_type="campaign", integration=None, sending_id="s1")


def _changed_message(message: Message, rng: Random) -> Message:
    if rng.random() < 0.4:
        return replace(message, sent_at=_moment(rng))
    if rng.random() < 0.5:
        return replace(message, is_fallback=not message.is_fallback)
    return replace(message, contact=rng.choice(CONTACTS), status="channel_read")


def _message_id(rng: Random, number: int) -> str:
    return f"{number}-{rng.randrange(10**9)}"


def _contacts(rng: Random) -> list[tuple[str, dict[str, Any]]]:
    return [
        (
            contact,
            {"instanceId": rng.choice((None, None, 41, 52)), "profileName": rng.choice("XYZ")},
        )
        for contact in CONTACTS
        if rng.random() < 0.15
    ]
