"""What a project has: the names its filter bar offers and its questions are checked against."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from unicodedata import normalize

from sqlalchemy import Connection, text

from lib.clock import BOGOTA
from lib.metrics.errors import (
    UnknownAgentError,
    UnknownChannelError,
    UnknownEntityError,
    UnknownIntentError,
    UnknownNameError,
)
from lib.metrics.filters import Filters
from lib.metrics.periods import DateRange
from lib.metrics.scope import Scope

PROJECT = text("select timezone, first_local_date, last_local_date from marts.dim_projects")
NAMES = text("""
select 'entity' as kind, entity as id, entity as label from marts.dim_entities
union all
select 'channel', channel, channel_label from marts.dim_channels where has_conversations
union all
select 'campaign_channel', channel, channel_label from marts.dim_channels where has_campaigns
union all
select 'agent', agent_id, coalesce(agent_name, 'Agente ' || agent_id) from marts.dim_agents
union all
select 'intent', intent, intent from marts.dim_intents
""")
# what occurs in the rows of some entities; their channels, agents and intents and no others
NAMES_WITHIN = text("""
select 'entity' as kind, entity as id, entity as label from marts.dim_entities
where entity = any(:entities)
union all
select 'channel', names.channel, names.channel_label from marts.dim_channels as names
where names.channel in (
    select hourly.channel from marts.fct_messages_hourly as hourly
    where hourly.entity = any(:entities)
)
union all
select 'agent', names.agent_id, coalesce(names.agent_name, 'Agente ' || names.agent_id)
from marts.dim_agents as names
where names.agent_id in (
    select daily.agent_id from marts.fct_agents_daily as daily where daily.entity = any(:entities)
)
union all
select 'intent', names.intent, names.intent from marts.dim_intents as names
where names.intent in (
    select daily.intent from marts.fct_intents_daily as daily where daily.entity = any(:entities)
)
""")
AGENTS = text("""
select agent_id as id, coalesce(agent_name, 'Agente ' || agent_id) as label from marts.dim_agents
""")
CONTACTS = text("""
select contact_key, contact_masked from marts.dim_contacts where contact_key = any(:contacts)
""")


@dataclass(frozen=True, slots=True)
class ProjectDays:
    """The project's time zone and the local days its data cover, None before the first load."""

    timezone: str
    loaded: DateRange | None


@dataclass(frozen=True, slots=True)
class Options:
    """Every name of a project, sorted as a reader expects; agents as (id, name).

    `channels` are those people converse on, `campaign_channels` those campaigns go out on.
    """

    entities: tuple[str, ...]
    channels: tuple[str, ...]
    agents: tuple[tuple[str, str], ...]
    intents: tuple[str, ...]
    timezone: str
    first_date: date | None
    last_date: date | None
    campaign_channels: tuple[str, ...] = ()


def load_options(connection: Connection, scope: Scope) -> Options:
    """What this reader of the project can filter by, and the project's first and last day.

    Limited to entities, only what occurs in their rows, and nothing of campaigns.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    rows = (
        connection.execute(NAMES)
        if scope.entities is None
        else connection.execute(NAMES_WITHIN, {"entities": list(scope.entities)})
    )
    for row in rows:
        found.setdefault(row.kind, []).append((row.id, row.label))
    ordered = {kind: tuple(sorted(pairs, key=_as_read)) for kind, pairs in found.items()}
    days = load_days(connection)
    return Options(
        entities=_ids(ordered.get("entity", ())),
        channels=_ids(ordered.get("channel", ())),
        agents=ordered.get("agent", ()),
        intents=_ids(ordered.get("intent", ())),
        timezone=days.timezone,
        first_date=days.loaded.start if days.loaded else None,
        last_date=days.loaded.end if days.loaded else None,
        campaign_channels=_ids(ordered.get("campaign_channel", ())),
    )


def load_days(connection: Connection) -> ProjectDays:
    """Time zone and loaded days of the connection's project."""
    row = connection.execute(PROJECT).one_or_none()
    if row is None:
        return ProjectDays(BOGOTA, None)
    return ProjectDays(row.timezone, _range(row.first_local_date, row.last_local_date))


def project_days_for(connection: Connection, filters: Filters, scope: Scope) -> ProjectDays:
    """Time zone and loaded days, after every name in the filters was found within the scope.

    Raises an UnknownNameError for one that was not: what lies outside does not exist. Filters
    without names cost one short read.
    """
    if not filters.has_names:
        return load_days(connection)
    options = load_options(connection, scope)
    check_names(filters, options)
    return ProjectDays(options.timezone, _range(options.first_date, options.last_date))


def agent_names(connection: Connection) -> Mapping[str, str]:
    """Shown name of every agent of the project by id."""
    return {row.id: row.label for row in connection.execute(AGENTS)}


def contact_masks(connection: Connection, contacts: Iterable[str]) -> Mapping[str, str]:
    """Masked number of each contact by its key; a contact without one is left out."""
    rows = connection.execute(CONTACTS, {"contacts": list(contacts)})
    return {row.contact_key: row.contact_masked for row in rows if row.contact_masked}


def check_names(filters: Filters, options: Options) -> None:
    """Raise an UnknownNameError for the first name that the project does not have."""
    channels = tuple(dict.fromkeys((*options.channels, *options.campaign_channels)))
    checks: tuple[tuple[type[UnknownNameError], tuple[str, ...], tuple[str, ...]], ...] = (
        (UnknownEntityError, filters.entities, options.entities),
        (UnknownChannelError, filters.channels, channels),
        (UnknownAgentError, filters.agents, _ids(options.agents)),
        (UnknownIntentError, filters.intents, options.intents),
    )
    for error, given, known in checks:
        for name in given:
            if name not in known:
                raise error(name, known)


def sort_key(label: str) -> tuple[str, str]:
    """Order of names for a reader: accents and capitals count only when nothing else differs."""
    plain = normalize("NFKD", label).encode("ascii", "ignore").decode()
    return plain.casefold(), label


def _range(first: date | None, last: date | None) -> DateRange | None:
    return DateRange(first, last) if first and last else None


def _as_read(pair: tuple[str, str]) -> tuple[str, str]:
    return sort_key(pair[1])


def _ids(pairs: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    return tuple(name for name, _label in pairs)
