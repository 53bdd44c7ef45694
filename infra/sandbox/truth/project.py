"""What a project's numbers must be at an instant, reckoned row by row in plain Python."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from infra.sandbox.truth.entities import EntityJudge, entity_judge
from infra.sandbox.truth.rows import TECHNICAL_INTENTS, Row, read_row
from infra.sandbox.truth.sessions import SessionTruth, own_sessions, roster
from infra.sandbox.world import ProjectWorld, World
from lib.tenants.config import ProjectConfig, load_project_configs

DEMO_PROJECTS = Path(__file__).parents[1] / "demo_projects.yaml"


@dataclass(frozen=True, slots=True)
class MessageTruth:
    """One row with what depends on its neighbours: its day's entity, whether the bot held it."""

    row: Row
    entity: str
    is_bot_handled: bool

    @property
    def is_technical_intent(self) -> bool:
        """Whether the intent is none of the contact's reasons."""
        return self.row.intent in TECHNICAL_INTENTS


@dataclass(frozen=True, slots=True)
class ConversationTruth:
    """One contact on one local day with at least one inbound, bot or agent message."""

    contact_id: str
    local_date: date
    local_hour: int
    entity: str
    entity_rule: str | None
    channel: str
    conversation_type: str
    first_message_at: datetime
    last_message_at: datetime
    inbound_message_count: int
    bot_message_count: int
    agent_message_count: int
    bot_handled_count: int
    fallback_count: int

    @property
    def has_bot_turn(self) -> bool:
        """A bot message or an inbound the bot handled."""
        return self.bot_message_count + self.bot_handled_count > 0

    @property
    def is_handed_off(self) -> bool:
        """Bot and people on the same day."""
        return self.conversation_type == "mixed"


@dataclass(frozen=True, slots=True)
class ProjectTruth:
    """Everything expected of one project; `served` are the 24 columns by message id."""

    project_id: int
    served: Mapping[str, tuple[str, ...]]
    messages: tuple[MessageTruth, ...]
    conversations: tuple[ConversationTruth, ...]
    sessions: tuple[SessionTruth, ...]
    session_entities: Mapping[str, str]
    roster: frozenset[str]
    timezone: ZoneInfo
    now: datetime

    def session_date(self, session: SessionTruth) -> date:
        """The local day a session is counted on."""
        return session.began_at.astimezone(self.timezone).date()


def reckon(
    config: ProjectConfig,
    values: Iterable[tuple[str, ...]],
    session_payloads: Iterable[Mapping[str, object]],
    contact_ids: Iterable[str],
    now: datetime,
) -> ProjectTruth:
    """The truth of one project from what its API serves at `now` (aware)."""
    timezone = ZoneInfo(config.timezone)
    served = {row[0]: row for row in values}
    rows = sorted(
        (read_row(row, timezone) for row in served.values()),
        key=lambda row: (row.sent_at, int(row.message_id)),
    )
    sessions = own_sessions(session_payloads, rows, frozenset(contact_ids), config, now)
    judge = entity_judge(config, sessions, rows)
    messages, conversations = _contact_days(rows, judge)
    return ProjectTruth(
        project_id=config.project_id,
        served=served,
        messages=tuple(messages),
        conversations=tuple(conversations),
        sessions=tuple(sessions),
        session_entities={
            session.session_id: judge.entity_of(
                session.contact_id, session.began_at.astimezone(timezone).date()
            )[0]
            for session in sessions
        },
        roster=roster(sessions, config),
        timezone=timezone,
        now=now,
    )


def project_truth(
    project: ProjectWorld, now: datetime, config: ProjectConfig | None = None
) -> ProjectTruth:
    """The truth of a generated project at `now`, by the demo configuration or the one given."""
    second = int(now.timestamp())
    return reckon(
        config or demo_config(project.profile.project_id),
        project.message_values(second),
        project.session_payloads(second),
        [contact.contact_id for contact in project.contacts],
        now.astimezone(UTC),
    )


def world_truth(world: World, now: datetime) -> dict[int, ProjectTruth]:
    """The truth of every project of a demo world."""
    world.extend(now)
    return {key: project_truth(project, now) for key, project in world.projects.items()}


def demo_config(project_id: int) -> ProjectConfig:
    """The demo's configuration of one project."""
    configs = load_project_configs(DEMO_PROJECTS)
    return next(config for config in configs if config.project_id == project_id)


def _contact_days(
    rows: Sequence[Row], judge: EntityJudge
) -> tuple[list[MessageTruth], list[ConversationTruth]]:
    """Rows grouped by contact and local day, each day judged as a whole."""
    days: dict[tuple[str, date], list[Row]] = defaultdict(list)
    for row in rows:
        days[row.contact_id, row.local_date].append(row)
    messages: list[MessageTruth] = []
    conversations: list[ConversationTruth] = []
    for (contact_id, day), mine in days.items():
        entity, rule = judge.entity_of(contact_id, day)
        sessions = judge.sessions_of.get(contact_id, ())
        judged = [MessageTruth(row, entity, _is_bot_handled(row, sessions)) for row in mine]
        messages += judged
        counted = [message for message in judged if message.row.is_counted]
        if counted:
            touched = any(session.touches(day, judge.timezone) for session in sessions)
            conversations.append(_conversation(counted, rule, touched))
    return messages, conversations


def _is_bot_handled(row: Row, sessions: Sequence[SessionTruth]) -> bool:
    """Inbound of the bot's engine that no session holds; a survey answer never is."""
    if row.direction != "inbound" or row.is_event or not row.by_bot_engine or row.session_id:
        return False
    begun = sessions[: bisect_right(sessions, row.sent_at, key=lambda session: session.began_at)]
    return not any(session.is_open_at(row.sent_at) for session in begun)


def _conversation(
    counted: Sequence[MessageTruth], rule: str | None, touched_by_session: bool
) -> ConversationTruth:
    rows = [message.row for message in counted]
    inbound = [row for row in rows if row.direction == "inbound"]
    of_bot = sum(row.direction == "bot" for row in rows)
    of_agent = sum(row.direction == "agent" for row in rows)
    handled = [message for message in counted if message.is_bot_handled]
    by_bot, by_people = bool(of_bot or handled), bool(of_agent or touched_by_session)
    kind = "bot" if not by_people else "mixed" if by_bot else "agent"
    return ConversationTruth(
        contact_id=rows[0].contact_id,
        local_date=rows[0].local_date,
        local_hour=(inbound or rows)[0].local_hour,
        entity=counted[0].entity,
        entity_rule=rule,
        channel=rows[0].channel,
        conversation_type=kind,
        first_message_at=rows[0].sent_at,
        last_message_at=rows[-1].sent_at,
        inbound_message_count=len(inbound),
        bot_message_count=of_bot,
        agent_message_count=of_agent,
        bot_handled_count=len(handled),
        fallback_count=sum(message.row.is_fallback for message in handled),
    )
