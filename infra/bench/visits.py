"""When who writes what, as arrays: visits of contacts, and the messages each visit is made of."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from infra.sandbox.rhythm import SATURDAY, SATURDAY_HOURS, WEEKDAY_HOURS, busyness, midnight

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
# what a message is
CAMPAIGN, TO_BOT, FROM_BOT, QUEUED, FROM_AGENT, TO_AGENT, INVITATION, ANSWER = range(8)
TURNS, TURN_WEIGHTS = (1, 2, 3, 4, 5), (0.30, 0.36, 0.20, 0.10, 0.04)
MEAN_MESSAGES = 6.78
AGENT_SHARE, ABANDONED_SHARE, CAMPAIGN_SHARE, SURVEY_SHARE = 0.28, 0.05, 0.05, 0.10
ANSWERED_SHARE = 0.6
MEDIAN_WAIT_S, WAIT_SPREAD = 240, 1.1
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Visits:
    """One row per visit, in order of time; instants are whole UTC seconds."""

    starts_at: Integers
    contact: Integers
    turns: Integers
    exchanges: Integers
    has_campaign: Flags
    has_session: Flags
    survey_rows: Integers

    def part(self, rows: slice) -> "Visits":
        """Some of the visits, those next to each other."""
        return Visits(
            self.starts_at[rows],
            self.contact[rows],
            self.turns[rows],
            self.exchanges[rows],
            self.has_campaign[rows],
            self.has_session[rows],
            self.survey_rows[rows],
        )


@dataclass(frozen=True, slots=True)
class Messages:
    """One row per message in the order of its visit: which visit, what it is, when it was sent."""

    visit: Integers
    kind: Integers
    sent_at: Integers


def draw_visits(rng: np.random.Generator, days: list[date], contacts: int, messages: int) -> Visits:
    """Visits that make about this many messages, spread over the days as people write."""
    count = max(1, round(messages / MEAN_MESSAGES))
    weights = np.array([busyness(day) for day in days])
    place = np.sort(rng.choice(len(days), count, p=weights / weights.sum()))
    starts = np.array([midnight(day) for day in days])[place]
    saturday = np.array([day.weekday() >= SATURDAY for day in days])[place]
    hours = np.where(
        saturday, _hours(rng, SATURDAY_HOURS, count), _hours(rng, WEEKDAY_HOURS, count)
    )
    starts = np.sort(starts + hours * 3600 + rng.integers(0, 3600, count))
    has_session = rng.random(count) < AGENT_SHARE
    served = has_session & (rng.random(count) >= ABANDONED_SHARE)
    surveyed = rng.random(count) < SURVEY_SHARE
    return Visits(
        starts_at=starts,
        # some people write much more often than others
        contact=(contacts * rng.random(count) ** 1.6).astype(np.int64),
        turns=rng.choice(TURNS, count, p=TURN_WEIGHTS),
        exchanges=np.where(served, rng.integers(1, 7, count), 0),
        has_campaign=rng.random(count) < CAMPAIGN_SHARE,
        has_session=has_session,
        survey_rows=surveyed * (1 + (rng.random(count) < ANSWERED_SHARE)),
    )


def draw_messages(rng: np.random.Generator, visits: Visits) -> Messages:
    """The messages of the visits: campaign, turns with the bot, agent session, survey."""
    bot_from = visits.has_campaign.astype(np.int64)
    session_from = bot_from + 2 * visits.turns
    survey_from = session_from + visits.has_session + 2 * visits.exchanges
    lengths = survey_from + visits.survey_rows
    visit = np.repeat(np.arange(len(lengths)), lengths)
    first_row = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    place = np.arange(len(visit)) - first_row[visit]
    in_bot, in_session = place - bot_from[visit], place - session_from[visit]
    in_survey = place - survey_from[visit]
    kind = np.select(
        [in_survey == 0, in_survey > 0, in_session == 0, in_session > 0, in_bot < 0],
        [
            INVITATION,
            ANSWER,
            QUEUED,
            np.where(in_session % 2 == 1, FROM_AGENT, TO_AGENT),
            CAMPAIGN,
        ],
        np.where(in_bot % 2 == 0, TO_BOT, FROM_BOT),
    )
    gaps = _gaps(rng, kind, is_first_answer=(in_session == 1) & (kind == FROM_AGENT))
    gaps[first_row] = 0
    elapsed = np.cumsum(gaps)
    return Messages(visit, kind, visits.starts_at[visit] + elapsed - elapsed[first_row][visit])


def _hours(rng: np.random.Generator, weights: tuple[float, ...], count: int) -> Integers:
    shares = np.array(weights) / sum(weights)
    found: Integers = rng.choice(24, count, p=shares)
    return found


def _gaps(rng: np.random.Generator, kind: Integers, is_first_answer: Flags) -> Integers:
    """Seconds since the message before."""
    ranges = {
        CAMPAIGN: (0, 1),
        TO_BOT: (5, 75),
        FROM_BOT: (1, 4),
        QUEUED: (2, 9),
        FROM_AGENT: (20, 120),
        TO_AGENT: (20, 180),
        INVITATION: (20, 90),
        ANSWER: (15, 600),
    }
    low = np.array([ranges[number][0] for number in range(8)])[kind]
    high = np.array([ranges[number][1] for number in range(8)])[kind]
    gaps: Integers = low + (rng.random(len(kind)) * (high - low)).astype(np.int64)
    waits = np.exp(rng.normal(np.log(MEDIAN_WAIT_S), WAIT_SPREAD, int(is_first_answer.sum())))
    gaps[is_first_answer] = np.minimum(waits, 30_000).astype(np.int64)
    return gaps


def utc_text(instants: Integers) -> list[str]:
    """Instants as `2026-01-15T14:03:22`, without offset."""
    found: list[str] = np.datetime_as_string(instants.astype("datetime64[s]"), unit="s").tolist()
    return found


def local_days(instants: Integers) -> set[date]:
    """The calendar days in Bogota, which keeps one offset all year."""
    days = np.unique((instants - 5 * 3600) // 86_400).tolist()
    return {date.fromordinal(EPOCH.toordinal() + day) for day in days}
