"""Which entity a contact's local day belongs to, by the project's ordered rules."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from infra.sandbox.truth.rows import Row
from infra.sandbox.truth.sessions import SessionTruth
from lib.tenants.config import ProjectConfig

NO_ENTITY = "Sin entidad"


@dataclass(slots=True)
class EntityJudge:
    """Decides by what was known at the end of the day; asked twice, it answers the same."""

    config: ProjectConfig
    sessions_of: Mapping[str, Sequence[SessionTruth]]
    emails: Mapping[str, str]
    answers_of: Mapping[str, Sequence[tuple[datetime, str]]]
    timezone: ZoneInfo = field(init=False)
    _rules: dict[tuple[str, str], tuple[int, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.timezone = ZoneInfo(self.config.timezone)
        self._rules = {
            (rule.rule_kind, rule.contact_id or rule.match_value or ""): (
                rule.priority,
                rule.entity,
            )
            for rule in self.config.entity_rules
        }

    def entity_of(self, contact_id: str, day: date) -> tuple[str, str | None]:
        """Entity and the kind of the rule that hit; `Sin entidad` and None when none did."""
        clues = [*self._agent_clues(contact_id, day), ("contact", contact_id)]
        answer = self._latest_answer(contact_id, day)
        if answer is not None:
            clues.append(("survey_alias", answer))
        hits = [(*self._rules[clue], clue[0]) for clue in clues if clue in self._rules]
        if not hits:
            return NO_ENTITY, None
        _, entity, kind = min(hits)
        return entity, kind

    def _agent_clues(self, contact_id: str, day: date) -> list[tuple[str, str]]:
        """The agent of the day's first session that had one by then."""
        end = self._end_of(day)
        known = (
            session.agent_known_by(end)
            for session in self.sessions_of.get(contact_id, ())
            if session.touches(day, self.timezone)
        )
        agent_id = next((agent for agent in known if agent is not None), None)
        if agent_id is None:
            return []
        domain = self.emails.get(agent_id, "").rpartition("@")[2].lower()
        return [("agent", agent_id), ("agent_domain", domain)]

    def _latest_answer(self, contact_id: str, day: date) -> str | None:
        end = self._end_of(day)
        known = [spelling for at, spelling in self.answers_of.get(contact_id, ()) if at <= end]
        return known[-1] if known else None

    def _end_of(self, day: date) -> datetime:
        """The last microsecond of a local day."""
        following = datetime.combine(day + timedelta(days=1), time(), self.timezone)
        return following - timedelta(microseconds=1)


def entity_judge(
    config: ProjectConfig, sessions: Iterable[SessionTruth], rows: Iterable[Row]
) -> EntityJudge:
    """The judge over a project's sessions (in order of beginning) and rows (in order of time)."""
    sessions_of: dict[str, list[SessionTruth]] = defaultdict(list)
    emails: dict[str, str] = {}
    for session in sessions:
        sessions_of[session.contact_id].append(session)
        if session.agent_id and session.agent_email:
            emails[session.agent_id] = session.agent_email
    answers_of: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for row in rows:
        spelling = survey_entity(row) if row.is_event else None
        if spelling is not None:
            answers_of[row.contact_id].append((row.sent_at, spelling))
    return EntityJudge(config, sessions_of, emails, answers_of)


def survey_entity(row: Row) -> str | None:
    """The entity a survey answer names, in lower case with single blanks; None without one."""
    try:
        event = json.loads(row.content)
        spelling = event["eventParameters"]["flowResponse"]["entity"]
    except (ValueError, KeyError, TypeError):
        return None
    return " ".join(spelling.lower().split()) or None if isinstance(spelling, str) else None
