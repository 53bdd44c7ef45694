"""Messages as lines for COPY into raw.messages, the same text and hash that ingestion makes."""

from collections.abc import Iterator
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from infra.bench.people import UNKNOWN_SPELLING, People
from infra.bench.sessions import REASONS as CLOSE_REASONS
from infra.bench.sessions import Traffic
from infra.bench.visits import (
    ANSWER,
    CAMPAIGN,
    FROM_AGENT,
    FROM_BOT,
    INVITATION,
    QUEUED,
    TO_AGENT,
    TO_BOT,
    Integers,
    Messages,
    utc_text,
)
from infra.sandbox import phrases
from lib.indigitall.endpoints import MESSAGE_COLUMNS
from lib.raw.message_lines import DELIMITER as D
from lib.raw.message_lines import HASH_BYTES

SOURCE = ", ".join(column.name for column in MESSAGE_COLUMNS)
COLUMNS = f"project_id, {SOURCE}, sent_at, contact_key, payload_hash, batch_id, loaded_at"
COPY = f"copy raw.messages ({COLUMNS}) from stdin (delimiter e'\\x1f', null '', encoding 'UTF8')"
# sender, content type and integration of each kind of message
HEADS = {
    CAMPAIGN: f"campaign{D}template",
    TO_BOT: f"input{D}text",
    FROM_BOT: f"dialogflow{D}text",
    QUEUED: f"agent_notification{D}text",
    FROM_AGENT: f"operator{D}text",
    TO_AGENT: f"input{D}text",
    INVITATION: f"dialogflow{D}interactive",
    ANSWER: f"input{D}event",
}
INTEGRATIONS = {
    CAMPAIGN: "", TO_BOT: "df", FROM_BOT: "df", QUEUED: "agent", FROM_AGENT: "agent",
    TO_AGENT: "agent", INVITATION: "df", ANSWER: "df",
}  # fmt: skip
OUTGOING = (CAMPAIGN, FROM_BOT, FROM_AGENT, INVITATION)
STATUSES, STATUS_WEIGHTS = (
    ("channel_sent", "channel_delivered", "channel_read", "channel_failed"),
    (0.1, 0.25, 0.62, 0.03),
)
FALLBACK_SHARE = 0.21
REASON_SHARES = np.array(phrases.REASON_WEIGHTS) / sum(phrases.REASON_WEIGHTS)
GREETING, LOST = len(phrases.REASONS), len(phrases.REASONS) + 1
INTENTS = (*(reason.labels[0] for reason in phrases.REASONS), phrases.WELCOME, phrases.FALLBACK)
ASKED = (*(reason.asked for reason in phrases.REASONS), phrases.GREETINGS, phrases.NOT_UNDERSTOOD)
ANSWERED = (*(reason.answered for reason in phrases.REASONS), phrases.MENU, phrases.SORRY[0])
FROM_PEOPLE = (
    "Con gusto reviso tu caso, dame un momento por favor.",
    "Ya quedó registrada la solicitud; te llega un correo en 24 horas.",
    "¿Me confirmas tu número de cédula y la oficina?",
)
TO_PEOPLE = ("Sí, claro", "Muchas gracias", "¿Y cuánto se demora?", "Te envío la foto del recibo")
NO_SESSION = D * 5
RATINGS = ("5 - Excelente", "4 - Bueno", "3 - Regular", "2 - Malo", "1 - Muy malo")


def message_lines(
    rng: np.random.Generator, traffic: Traffic, stamp: tuple[int, int, str]
) -> Iterator[bytes]:
    """One line per message in order of time; `stamp` is first message id, batch and load time."""
    people, order = traffic.people, np.argsort(traffic.messages.sent_at, kind="stable")
    kind, visit = traffic.messages.kind[order], traffic.messages.visit[order]
    intent = _intents(rng, traffic.messages)[order]
    contact = traffic.visits.contact[visit]
    persons = list(map(D.join, zip(people.channels, people.names, people.contact_ids, strict=True)))
    first_id, batch, loaded_at = stamp
    columns = zip(
        range(first_id, first_id + len(order)),
        kind.tolist(),
        utc_text(traffic.messages.sent_at[order]),
        _texts(rng, people, kind, intent, contact),
        contact.tolist(),
        _session_columns(traffic)[visit].tolist(),
        intent.tolist(),
        rng.choice(4, len(order), p=STATUS_WEIGHTS).tolist(),
        strict=True,
    )
    for number, what, at, content, who, session, meant, status in columns:
        sent = f"{STATUSES[status]}{D}{at}+00:00" if what in OUTGOING else D
        named = f"df-{meant:04d}{D}{INTENTS[meant]}" if what == TO_BOT else D
        held = session if QUEUED <= what <= TO_AGENT else NO_SESSION
        campaign = f"c{at[:7]}" if what == CAMPAIGN else ""
        fallback = "Yes" if what == TO_BOT and meant == LOST else "No"
        text = (
            f"{number}{D}{at}+00:00{D}{HEADS[what]}{D}{sent}{D}wamid.B{number}={D}{D}{content}{D}"
            f"{D}{INTEGRATIONS[what]}{D}{persons[who]}{D}{held}{D}{named}{D}{fallback}{D}{campaign}"
        )
        # as of a real load: with the column of unknown fields, which is empty
        digest = blake2b(f"{text}{D}".encode(), digest_size=HASH_BYTES).hexdigest()
        told = f"{at}Z{D}{people.keys[who]}{D}\\\\x{digest}{D}{batch}{D}{loaded_at}"
        yield f"{people.project.project_id}{D}{text}{D}{told}\n".encode()


def _intents(rng: np.random.Generator, messages: Messages) -> Integers:
    """What each turn with the bot is about; its answer is about the same."""
    count = len(messages.kind)
    meant = rng.choice(len(REASON_SHARES), count, p=REASON_SHARES)
    meant = np.where(rng.random(count) < FALLBACK_SHARE, LOST, meant)
    opens = np.concatenate(([True], messages.visit[1:] != messages.visit[:-1]))
    meant = np.where(opens, GREETING, meant)
    return np.where(messages.kind == FROM_BOT, np.roll(meant, 1), meant)


def _texts(
    rng: np.random.Generator, people: People, kind: Integers, intent: Integers, contact: Integers
) -> Iterator[str]:
    """The content of each message, escaped for COPY."""
    pick = rng.integers(0, 60, len(kind)).tolist()
    entities = people.home_entity[contact].tolist()
    for what, meant, which, entity in zip(
        kind.tolist(), intent.tolist(), pick, entities, strict=True
    ):
        if what == TO_BOT:
            yield _escaped(ASKED[meant][which % len(ASKED[meant])])
        elif what == FROM_BOT:
            yield _escaped(ANSWERED[meant])
        elif what == FROM_AGENT:
            yield FROM_PEOPLE[which % 3]
        elif what == TO_AGENT:
            yield TO_PEOPLE[which % 4]
        elif what == ANSWER:
            named = (
                f"Cooperativa  {people.project.entities[entity]}" if which > 5 else UNKNOWN_SPELLING
            )
            yield (
                '{"eventName":"FLOW_RESPONSE_EVENT","eventParameters":{"flowResponse":{"type":'
                f'"encuesta","entity":"{named}","¿Cómo califica la atención recibida? ":'
                f'"{RATINGS[which % 5]}"' + "}}}"
            )
        else:
            yield "Cuéntanos cómo te fue" if what == INVITATION else "En espera de un asesor"


def _session_columns(traffic: Traffic) -> NDArray[np.object_]:
    """The six session columns of a message by visit; empty where there is no session."""
    sessions = traffic.sessions
    found = np.full(len(traffic.visits.starts_at), NO_SESSION, dtype=object)
    rows = zip(
        sessions.visit.tolist(),
        sessions.number.tolist(),
        utc_text(sessions.queued_at),
        utc_text(sessions.assigned_at),
        utc_text(sessions.closed_at),
        sessions.reason.tolist(),
        sessions.agent.tolist(),
        sessions.is_served.tolist(),
        strict=True,
    )
    for visit, number, queued, assigned, closed, reason, agent, served in rows:
        taken = f"{assigned}+00:00" if served else ""
        why, by = (CLOSE_REASONS[reason], str(1000 + agent)) if served else ("QUEUE_TIMEOUT", "")
        found[visit] = f"{number}{D}{queued}+00:00{D}{taken}{D}{closed}+00:00{D}{why}{D}{by}"
    return found


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")
