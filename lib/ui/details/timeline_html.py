"""One conversation as HTML: what it is, and its steps in order. Everything is escaped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from lib.auth.reveal import RevealedMessage
from lib.metrics.timeline import ServedSession, Timeline, Turn
from lib.ui.words.formats import day_long, duration, integer, time_of_day
from lib.ui.words.labels import DIRECTIONS, NO_VALUE, value_label

NOT_UNDERSTOOD = "El bot no entendió"
NO_TEXT = "Sin texto"


@dataclass(frozen=True, slots=True)
class Step:
    """One line: when, what, and what is to be said of it. `body` is what was written, if shown."""

    at: datetime | None
    kind: str
    title: str
    said: tuple[str, ...] = ()
    is_fallback: bool = False
    body: str | None = None


def facts_html(timeline: Timeline) -> str:
    """What the conversation is, as a list of names and values."""
    facts = {
        "Contacto": timeline.contact or NO_VALUE,
        "Día": day_long(timeline.day),
        "Entidad": value_label("entity", timeline.entity),
        "Canal": value_label("channel", timeline.channel),
        "Tipo": value_label("conversation_type", timeline.conversation_type),
        "Mensajes": integer(timeline.messages),
        "Del primero al último": duration(
            _seconds(timeline.first_message_at, timeline.last_message_at)
        ),
    }
    pairs = (
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"
        for name, value in facts.items()
    )
    return f'<dl class="datos">{"".join(pairs)}</dl>'


def steps_of(
    timeline: Timeline, timezone: str, revealed: Sequence[RevealedMessage] | None = None
) -> list[Step]:
    """Turns and what happened to agent sessions on that day, in the order of their instants."""
    steps = _turns(timeline.turns, revealed)
    for served in timeline.sessions:
        steps += [
            step
            for step in _hand_off(served)
            if step.at and step.at.astimezone(ZoneInfo(timezone)).date() == timeline.day
        ]
    # steps without an instant, which no source should send, stay at the end
    return sorted(steps, key=lambda step: (step.at is None, step.at.timestamp() if step.at else 0))


def steps_html(steps: Iterable[Step], timezone: str) -> str:
    """The steps as an ordered list."""
    lines = "".join(
        f'<li class="{escape(step.kind, quote=True)}"><time>'
        f"{escape(time_of_day(step.at, timezone))}</time>"
        f"<div><strong>{escape(step.title)}</strong>{_flag(step)}{_said(step)}</div>"
        f"{_body(step)}</li>"
        for step in steps
    )
    return f'<ol class="pasos" aria-label="Pasos de la conversación">{lines}</ol>'


def _turns(turns: Sequence[Turn], revealed: Sequence[RevealedMessage] | None) -> list[Step]:
    """A step per turn; texts are found by instant and direction, in the order of the turns."""
    written: dict[tuple[object, str], list[str | None]] = {}
    for message in revealed or ():
        written.setdefault((message.sent_at, message.direction), []).append(message.body)
    steps, before = [], None
    for turn in turns:
        bodies = written.get((turn.sent_at, turn.direction))
        body = (bodies.pop(0) or NO_TEXT) if bodies else None
        told, is_fallback = _told(turn, before), turn.is_fallback
        steps.append(Step(turn.sent_at, turn.direction, _writer(turn), told, is_fallback, body))
        before = turn.sent_at
    return steps


def _writer(turn: Turn) -> str:
    who = DIRECTIONS.get(turn.direction, turn.direction)
    return f"{who}: {turn.agent}" if turn.agent else who


def _told(turn: Turn, before: datetime | None) -> tuple[str, ...]:
    pause = _seconds(before, turn.sent_at)
    told = (
        f"intención: {turn.intent}" if turn.intent else "",
        f"tras {duration(pause)}" if pause else "",
    )
    return tuple(filter(None, told))


def _hand_off(served: ServedSession) -> list[Step]:
    who = served.agent or value_label("agent", None)
    reason = value_label("close_reason", served.close_reason)
    queued = "Nadie la tomó" if served.is_queue_abandoned else ""
    taken = f"{'Transferida' if served.is_transferred else 'Asignada'} a {who}"
    return [
        _session_step(served.queued_at, "Entró a la cola de agentes", queued),
        _session_step(
            served.assigned_at,
            taken,
            _lasted("esperó", served.wait_seconds),
            _lasted("primera respuesta en", served.first_response_seconds),
        ),
        _session_step(
            served.closed_at,
            "Sesión cerrada",
            reason,
            _lasted("atención de", served.handle_seconds),
        ),
    ]


def _session_step(at: datetime | None, title: str, *said: str) -> Step:
    return Step(at, "session", title, tuple(filter(None, said)))


def _lasted(words: str, seconds: int | None) -> str:
    return "" if seconds is None else f"{words} {duration(seconds)}"


def _seconds(start: datetime | None, end: datetime | None) -> int | None:
    return int((end - start).total_seconds()) if start and end else None


def _flag(step: Step) -> str:
    return f'<span class="luz amarillo">{NOT_UNDERSTOOD}</span>' if step.is_fallback else ""


def _said(step: Step) -> str:
    return f"<br><small>{escape(' · '.join(step.said))}</small>" if step.said else ""


def _body(step: Step) -> str:
    return "" if step.body is None else f"<blockquote>{escape(step.body)}</blockquote>"
