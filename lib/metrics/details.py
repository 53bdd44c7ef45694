"""The conversations behind a figure: the same rows, counted by the same statement, page by page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, TextClause, text

from lib.metrics.catalog import Catalog, Metric
from lib.metrics.compiler import part_columns, plan
from lib.metrics.errors import DimensionNotAvailableError
from lib.metrics.filters import Filters, bound_values, filtered_dimensions
from lib.metrics.manifest import current_catalog
from lib.metrics.options import project_days_for
from lib.metrics.periods import Window
from lib.metrics.scope import Scope

PAGE_ROWS = 50
CHUNK_ROWS = 5_000
CONVERSATION = ("contact", "day")
# the columns of a mart whose rows each belong to one conversation
OF_CONVERSATIONS = frozenset({"contact_key", "local_date", "entity"})
# The tables are the project's own rows alone: the policy of the connection's role sees to it.
DETAILS = """
with counted as (
{counted}
),

kept as (
    select contact, day, {measured} as measured from counted where {measured} > 0
),

totals as (
    select
        count(*) as conversations,
        count(distinct contact) as contacts,
        coalesce(sum(measured), 0) as measured_total
    from kept
),

page as (
    select
        kept.contact, kept.day, kept.measured, people.contact_masked, talk.first_message_at,
        talk.entity, talk.channel, talk.conversation_type, talk.inbound_message_count,
        talk.bot_message_count, talk.agent_message_count, talk.fallback_count, talk.local_hour
    from kept
    left join marts.fct_conversations as talk
        on talk.contact_key = kept.contact and talk.local_date = kept.day
    left join marts.dim_contacts as people on people.contact_key = kept.contact
    order by kept.day desc, talk.first_message_at desc nulls last, kept.contact
    limit :size offset :skipped
)

select
    totals.*,
    page.*,
    array(
        select distinct coalesce(names.agent_name, 'Agente ' || turns.agent_id)
        from marts.fct_messages as turns
        left join marts.dim_agents as names on turns.agent_id = names.agent_id
        where
            turns.contact_key = page.contact
            and turns.local_date = page.day
            and turns.entity = page.entity
            and turns.direction = 'agent'
            and turns.agent_id is not null
        order by 1
    ) as agents
from totals
left join page on true
order by page.day desc, page.first_message_at desc nulls last, page.contact
"""


@dataclass(frozen=True, slots=True)
class DetailRow:
    """One conversation: a contact on a local day. `measured` is its part of the figure.

    What belongs to messages is None for a day on which only an agent session was. `hour` is the
    local one of the contact's first message, else of the first; `agents` are who wrote, by name.
    """

    contact_key: str
    local_date: date
    measured: int
    contact_masked: str | None
    first_message_at: datetime | None
    entity: str | None
    channel: str | None
    conversation_type: str | None
    inbound: int | None
    bot: int | None
    agent: int | None
    fallbacks: int | None
    hour: int | None
    agents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Details:
    """One page of conversations, and what all pages hold together.

    `technical`: only of technical intents, or only of the others, if that was asked.
    """

    metric: Metric
    measured: Metric
    rows: tuple[DetailRow, ...]
    conversations: int
    contacts: int
    measured_total: int
    technical: bool | None = None


def has_details(catalog: Catalog, name: str) -> bool:
    """Whether conversations stand behind a metric, and not campaigns or days."""
    base = _measured(catalog, catalog.metric(name))
    return any(set(answer.model.columns) >= OF_CONVERSATIONS for answer in base.answers)


def query_details(
    connection: Connection,
    name: str,
    *,
    filters: Filters,
    scope: Scope,
    window: Window | None = None,
    page: int = 1,
    size: int = PAGE_ROWS,
) -> Details:
    """The conversations a metric counts under these filters, the newest first; page 1 is the first.

    Of a ratio they are those of its numerator, of a time those whose time is known. Added up,
    `measured` is the figure; of distinct contacts `contacts` is. Rows without a contact belong to
    no conversation and are not listed. Raises MetricsError, DimensionNotAvailableError for a metric
    that counts no conversations or cannot be narrowed like that.
    """
    asked = _asked(connection, name, filters=filters, scope=scope, window=window)
    part = {"size": size, "skipped": (max(page, 1) - 1) * size}
    return _details(asked, connection.execute(asked.statement, {**asked.values, **part}).all())


def stream_details(
    connection: Connection,
    name: str,
    *,
    filters: Filters,
    scope: Scope,
    window: Window | None = None,
    most: int,
) -> Iterator[Details]:
    """All conversations behind a metric in chunks, the newest first, `most` of them at most.

    Each chunk says how many there are in all; only one is in memory at a time. Raises what
    query_details raises.
    """
    asked = _asked(connection, name, filters=filters, scope=scope, window=window)
    streamed = connection.execution_options(stream_results=True, yield_per=CHUNK_ROWS)
    found = streamed.execute(asked.statement, {**asked.values, "size": most, "skipped": 0})
    for rows in found.partitions():
        yield _details(asked, rows)


@dataclass(frozen=True, slots=True)
class _Asked:
    metric: Metric
    base: Metric
    statement: TextClause
    values: Mapping[str, object]
    technical: bool | None


def _asked(
    connection: Connection, name: str, *, filters: Filters, scope: Scope, window: Window | None
) -> _Asked:
    catalog = current_catalog()
    metric = catalog.metric(name)
    base = _measured(catalog, metric)
    if not has_details(catalog, name):
        raise DimensionNotAvailableError(base.name, " + ".join(CONVERSATION), base.dimensions)
    project_days_for(connection, filters, scope)
    narrowed = filtered_dimensions(filters, window)
    ways = plan(
        catalog,
        (base.name,),
        CONVERSATION,
        narrowed,
        limited=scope.is_limited,
        undeclared=CONVERSATION,
    )
    if not ways.statements:
        raise DimensionNotAvailableError(base.name, " + ".join(narrowed), base.dimensions)
    column = part_columns(base.name, ways.routes[base.name].answer.measure)[-1]
    statement = text(DETAILS.format(counted=ways.statements[0].sql, measured=column))
    values = bound_values(filters, window, scope)
    values |= {"start": filters.period.start, "end": filters.period.end}
    return _Asked(metric, base, statement, values, filters.technical)


def _details(asked: _Asked, found: Sequence[Row[Any]]) -> Details:
    return Details(
        metric=asked.metric,
        measured=asked.base,
        rows=tuple(_row(row) for row in found if row.contact is not None),
        conversations=found[0].conversations,
        contacts=found[0].contacts,
        measured_total=int(found[0].measured_total),
        technical=asked.technical,
    )


def _measured(catalog: Catalog, metric: Metric) -> Metric:
    return catalog.metric(metric.numerator) if metric.numerator else metric


def _row(row: Row[Any]) -> DetailRow:
    return DetailRow(
        contact_key=row.contact,
        local_date=row.day,
        measured=int(row.measured),
        contact_masked=row.contact_masked,
        first_message_at=row.first_message_at,
        entity=row.entity,
        channel=row.channel,
        conversation_type=row.conversation_type,
        inbound=row.inbound_message_count,
        bot=row.bot_message_count,
        agent=row.agent_message_count,
        fallbacks=row.fallback_count,
        hour=row.local_hour,
        agents=tuple(row.agents),
    )
