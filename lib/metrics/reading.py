"""Runs the statements of a plan over one period and joins their rows on the groups."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from sqlalchemy import Connection

from lib.clock import now
from lib.metrics.campaign_options import campaign_names
from lib.metrics.compiler import Plan
from lib.metrics.groups import Key, span_of
from lib.metrics.lines import Side
from lib.metrics.options import ProjectDays, agent_names, contact_masks
from lib.metrics.periods import DateRange


def read_side(
    connection: Connection,
    plan: Plan,
    values: Mapping[str, object],
    period: DateRange,
    days: ProjectDays,
) -> Side:
    """All rows of one period by group, every mart's columns side by side."""
    width = len(plan.group_by)
    bound = {**values, "start": period.start, "end": period.end}
    rows: dict[Key, dict[str, object]] = {}
    for statement in plan.statements:
        found = connection.execute(statement.clause, bound)
        for row in found:
            cells = zip(statement.columns, map(_plain, row[width:]), strict=True)
            rows.setdefault(tuple(row[:width]), {}).update(cells)
        # contacts found by the first statement are the ones the others are asked for
        bound.setdefault("contacts", [key[0] for key in rows] if width else [])
    return Side(span_of(period, days.loaded, now(), days.timezone), rows)


def shown_names(
    connection: Connection, group_by: Sequence[str], keys: Iterable[Key]
) -> Mapping[str, Mapping[str, str]]:
    """What stands for ids on the screen: names of agents and campaigns, masked numbers."""
    names: dict[str, Mapping[str, str]] = {}
    if "agent" in group_by:
        names["agent"] = agent_names(connection)
    if "contact" in group_by:
        names["contact"] = contact_masks(connection, {str(key[0]) for key in keys})
    if "campaign" in group_by:
        place = list(group_by).index("campaign")
        names["campaign"] = campaign_names(connection, {str(key[place]) for key in keys})
    return names


def _plain(value: object) -> object:
    """PostgreSQL's numeric as int where it is whole, else as float."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
