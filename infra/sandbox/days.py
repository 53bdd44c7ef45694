"""One local day of one project, a pure function of seed, project, scale and date."""

from dataclasses import dataclass
from datetime import date
from random import Random

from infra.sandbox import phrases
from infra.sandbox.agent_phase import AgentPhase
from infra.sandbox.around import (
    add_campaign,
    add_foreign_sessions,
    add_other_senders,
    add_session_without_rows,
)
from infra.sandbox.bot_phase import BotPhase
from infra.sandbox.drafting import DayDraft
from infra.sandbox.people import Contact
from infra.sandbox.profiles import ProjectProfile
from infra.sandbox.records import Message, Session
from infra.sandbox.rhythm import (
    EVENING_SECOND,
    OPENING_SECOND,
    SUNDAY,
    busyness,
    second_of_day,
    visit_second,
)

# Everyone comes at least once in this many days, so that a whole year shows every contact.
VISIT_CYCLE_DAYS = 385
WANTS_AGENT_SHARE, REACH_OUT_SHARE = 0.47, 0.02
SECOND_VISIT_SHARE = 0.07
CLOSED_DESK_SHARE = 0.3
LAST_VISIT_SECOND = 23 * 3600 + 2_400


@dataclass(frozen=True, slots=True)
class GeneratedDay:
    """All that began on one local day; some of it ends on a later one."""

    messages: list[Message]
    sessions: list[Session]
    foreign_sessions: list[Session]


def generate_day(
    seed: int, profile: ProjectProfile, contacts: tuple[Contact, ...], day: date
) -> GeneratedDay:
    """The day's messages in order of time, its sessions, and strangers' sessions of that day."""
    rng = Random(f"{seed}:{profile.project_id}:{len(contacts)}:{day.isoformat()}")
    draft = DayDraft(profile, day, rng)
    for place, contact in enumerate(_visitors(draft, contacts)):
        _visits_of(draft, contact, opens_the_day=place == 0 and day.weekday() != SUNDAY)
    add_campaign(draft, contacts)
    add_other_senders(draft, contacts)
    add_session_without_rows(draft, contacts)
    add_foreign_sessions(draft, contacts, profile.agents)
    return GeneratedDay(draft.messages(), draft.sessions, draft.foreign_sessions)


def _visitors(draft: DayDraft, contacts: tuple[Contact, ...]) -> list[Contact]:
    """Who writes on this day: those whose turn it is, and as many more as the day is busy."""
    rng, profile = draft.rng, draft.profile
    share = len(contacts) / profile.contact_count
    mean = profile.weekday_visits * share * busyness(draft.day)
    wanted = max(0, int(rng.gauss(mean, 0.18 * mean) + rng.random()))
    due = [] if draft.day.weekday() == SUNDAY else _due_contacts(contacts, draft.day)
    chosen = dict.fromkeys(due)
    weights = [contact.activity for contact in contacts]
    for contact in rng.choices(contacts, weights, k=max(0, wanted - len(due))):
        chosen.setdefault(contact)
    return list(chosen)


def _due_contacts(contacts: tuple[Contact, ...], day: date) -> list[Contact]:
    """Those whose place in the cycle is this day; Monday also serves the silent Sunday's."""
    places = [day.toordinal() % VISIT_CYCLE_DAYS]
    if day.weekday() == 0:
        places.append((day.toordinal() - 1) % VISIT_CYCLE_DAYS)
    cycle = range(len(contacts))
    return [
        contacts[index]
        for index in cycle
        if (index * 211 + index // VISIT_CYCLE_DAYS) % VISIT_CYCLE_DAYS in places
    ]


def _visits_of(draft: DayDraft, contact: Contact, opens_the_day: bool) -> None:
    """One visit, sometimes a second one later; whoever opens the day comes soon after eight."""
    rng = draft.rng
    second = (
        OPENING_SECOND + rng.randrange(1_800) if opens_the_day else visit_second(draft.day, rng)
    )
    end = _visit(draft, contact, draft.begins_at + second)
    if rng.random() < SECOND_VISIT_SHARE and contact not in draft.gave_up:
        again = end + rng.randrange(1_800, 10_800)
        if again < draft.begins_at + LAST_VISIT_SECOND:
            _visit(draft, contact, again)


def _visit(draft: DayDraft, contact: Contact, at: int) -> int:
    """Bot, then perhaps people, then perhaps the survey; returns the instant of the end."""
    rng = draft.rng
    people = AgentPhase(draft, contact)
    is_working_time = OPENING_SECOND <= second_of_day(at) < EVENING_SECOND
    if is_working_time and rng.random() < REACH_OUT_SHARE:
        return people.reach_out(at)
    bot = BotPhase(draft, contact, at)
    wants_agent = rng.random() < WANTS_AGENT_SHARE
    bot.talk(wants_agent)
    if wants_agent:
        if not is_working_time and rng.random() < CLOSED_DESK_SHARE:
            draft.from_bot(contact, bot.at + 2, phrases.CLOSED_DESK)
        else:
            bot.at = max(bot.at, people.hand_over(bot.at))
    if rng.random() < (0.3 if wants_agent else 0.05):
        bot.answer_survey()
    return bot.at
