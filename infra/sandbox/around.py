"""What else there is: campaigns, strangers' sessions, sessions without rows, other senders."""

from dataclasses import replace
from random import Random

from infra.sandbox import phrases
from infra.sandbox.bot_phase import BotPhase
from infra.sandbox.drafting import DayDraft
from infra.sandbox.people import Contact
from infra.sandbox.profiles import Agent
from infra.sandbox.records import Session
from infra.sandbox.rhythm import SUNDAY, is_holiday

CAMPAIGN_EVERY_DAYS = 9
CAMPAIGN_REACH = 0.06
REPLY_SHARE = 0.12
PHANTOM_SHARE = 0.09
STRANGERS = tuple(
    Agent(
        4_400 + place,
        f"Agente ajeno {place}",
        f"agente{place}@otro-cliente-{place % 3}.example",
        None,
        1.0,
    )
    for place in range(1, 9)
)


def add_campaign(draft: DayDraft, contacts: tuple[Contact, ...]) -> None:
    """Every ninth day, if it is a working one, a sending to some contacts; a few write back."""
    rng, day = draft.rng, draft.day
    turn = (day.toordinal() + draft.profile.project_id) % CAMPAIGN_EVERY_DAYS
    if turn or day.weekday() == SUNDAY or is_holiday(day):
        return
    sending_id = str(61_000 + day.toordinal() % 10_000)
    text = rng.choice(phrases.CAMPAIGNS)
    start = draft.begins_at + rng.choice((9, 10, 14)) * 3600
    for contact in rng.sample(contacts, max(2, round(len(contacts) * CAMPAIGN_REACH))):
        at = start + rng.randrange(600)
        name = contact.profile_name.split(" ", maxsplit=1)[0]
        draft.sent_otherwise(
            contact,
            at,
            text.format(name=name),
            send_type="campaign",
            content_type="template",
            sending_id=sending_id,
        )
        if rng.random() < REPLY_SHARE:
            replied = at + rng.randrange(120, 14_400)
            BotPhase(draft, contact, replied, sending_id).talk(wants_agent=False)


def add_foreign_sessions(
    draft: DayDraft, contacts: tuple[Contact, ...], own_agents: tuple[Agent, ...]
) -> None:
    """Sessions of endpoint 7 that are not the project's: no row of the history names them."""
    rng = draft.rng
    for place in range(rng.choices((0, 1, 2, 3), (25, 40, 25, 10))[0]):
        session = _stray_session(draft, 40_000_000 + draft.begins_at // 100 + place)
        stranger = rng.choice(STRANGERS)
        unknown = f"57399{rng.randrange(10_000_000):07d}"
        known = rng.choice(contacts).contact_id
        contact_id, agent = rng.choices(
            ((unknown, stranger), (known, stranger), (unknown, rng.choice(own_agents))),
            (70, 15, 15),
        )[0]
        draft.foreign_sessions.append(replace(session, contact_id=contact_id, agent=agent))


def add_session_without_rows(draft: DayDraft, contacts: tuple[Contact, ...]) -> None:
    """Now and then a session of our own people that the message history never mentions."""
    rng = draft.rng
    if rng.random() >= PHANTOM_SHARE or draft.day.weekday() == SUNDAY:
        return
    contact = rng.choice([contact for contact in contacts if contact not in draft.gave_up])
    agent = rng.choice([agent for agent in draft.profile.agents if agent.entity is not None])
    session = _stray_session(draft, draft.next_session_id())
    draft.sessions.append(
        replace(session, contact_id=contact.contact_id, agent=agent, channel=contact.line.kind)
    )


def add_other_senders(draft: DayDraft, contacts: tuple[Contact, ...]) -> None:
    """Rarely a row of a sender nobody has described."""
    rng = draft.rng
    if rng.random() < 0.04:
        at = draft.begins_at + rng.randrange(9 * 3600, 17 * 3600)
        draft.sent_otherwise(
            rng.choice(contacts), at, phrases.OTHER_CONTENT, send_type="api_external"
        )


def _stray_session(draft: DayDraft, session_id: int) -> Session:
    """A quiet, closed session in working hours; the caller says whose it is."""
    rng: Random = draft.rng
    queued = draft.begins_at + rng.randrange(8 * 3600, 17 * 3600)
    assigned = queued + rng.randrange(10, 900)
    return Session(
        session_id=session_id,
        conversation_id=3_000_000 + session_id,
        contact_id="",
        channel="cloudapi",
        agent=None,
        queued_at=queued,
        assigned_at=assigned,
        closed_at=assigned + rng.randrange(120, 3_000),
        close_reason="",
        initial_session_id=0,
    )
