"""From which mart each metric is read: the cheapest one that has all that was asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lib.metrics.catalog import Answer, Catalog, Histogram, Metric
from lib.metrics.dimensions import DIMENSIONS
from lib.metrics.errors import DimensionNotAvailableError

# filters a table without the column can still honour, by keeping the conversations (contact and
# local day) that qualify; the value names the semantic model that knows which ones do
NARROWED_THROUGH: Mapping[str, str] = {
    "agent": "fct_messages",
    "intent": "fct_messages",
    "is_technical_intent": "fct_messages",
    "direction": "fct_messages",
    "conversation_type": "fct_conversations",
    "close_reason": "fct_agent_sessions",
    "wait_bucket": "fct_agent_sessions",
}
# a metric that does not know these of its own rows is narrowed to the conversations that had one
NARROWS_WHAT_LACKS_IT = frozenset({"agent", "intent", "close_reason", "wait_bucket"})
CONVERSATION_KEY = ("contact_key", "local_date")
# what belongs to one turn and not to the whole conversation
TURN_DIMENSIONS = frozenset({"agent", "intent", "is_technical_intent", "direction"})
# what belongs to one agent session and not to the whole conversation
SESSION_DIMENSIONS = frozenset({"close_reason", "wait_bucket"})
INTENT_DIMENSIONS = frozenset({"intent", "is_technical_intent"})


@dataclass(frozen=True, slots=True)
class Route:
    """How one metric is read.

    `direct` filters stand on columns of the table, `narrowed` ones keep whole conversations.
    `counts_by_turn`: counted is a conversation or contact that had a turn of the kind asked.
    `histogram`: a percentile is read from these buckets and not from single durations.
    """

    metric: Metric
    answer: Answer
    direct: tuple[str, ...]
    narrowed: tuple[str, ...]
    counts_by_turn: bool
    histogram: Histogram | None = None

    @property
    def is_additive(self) -> bool:
        """True when the values of groups may be added up."""
        return self.answer.measure.is_additive and self.answer.additive_within is None


@dataclass(frozen=True, slots=True)
class Unanswerable:
    """A metric that no mart can narrow by these filters: "no aplica", never a wrong number."""

    metric: Metric
    filters: tuple[str, ...]


def route(
    catalog: Catalog,
    name: str,
    group_by: Sequence[str],
    filters: Sequence[str],
    *,
    approximate: bool = False,
    undeclared: Sequence[str] = (),
) -> Route | Unanswerable:
    """The way to read one simple metric; `approximate` allows a histogram.

    `undeclared` names groups that the metric need not declare where a table of it has them.
    Raises DimensionNotAvailableError when it cannot be grouped like that at all.
    """
    metric = catalog.metric(name)
    for group in group_by:
        if group not in (*metric.dimensions, *undeclared):
            raise DimensionNotAvailableError(name, group, metric.dimensions)
    if approximate and metric.histogram and _fits(metric, metric.histogram, group_by, filters):
        counted = replace(metric.answers[0], model=metric.histogram.model)
        return Route(metric, counted, tuple(filters), (), False, metric.histogram)
    answers = [answer for answer in metric.answers if _has_groups(answer, group_by, filters)]
    if not answers:
        raise DimensionNotAvailableError(name, " + ".join(group_by), metric.dimensions)
    borrowed = _borrowed(metric)
    stuck = tuple(filters)
    for answer in answers:
        direct = tuple(
            item
            for item in filters
            if item in metric.dimensions
            and _has_column(answer, item)
            and (item not in borrowed or _is_grouped(item, group_by))
        )
        narrowed = tuple(item for item in filters if item not in direct)
        blocked = tuple(
            item for item in narrowed if not _can_narrow(metric, answer, item, borrowed)
        )
        if not blocked:
            by_turn = bool(
                borrowed.intersection(group_by) or TURN_DIMENSIONS.intersection(narrowed)
            )
            return Route(metric, answer, direct, narrowed, by_turn)
        stuck = min(stuck, blocked, key=len)
    return Unanswerable(metric, stuck)


def _fits(
    metric: Metric, histogram: Histogram, group_by: Sequence[str], filters: Sequence[str]
) -> bool:
    """True when the histogram's mart knows every group and filter of its own rows."""
    return all(
        name in metric.dimensions and DIMENSIONS[name].column in histogram.model.columns
        for name in [*group_by, *filters]
    )


def _has_groups(answer: Answer, group_by: Sequence[str], filters: Sequence[str]) -> bool:
    if answer.additive_within and answer.additive_within not in group_by:
        return False
    if answer.needs and not set(answer.needs).intersection([*group_by, *filters]):
        return False
    return all(_has_column(answer, group) for group in group_by)


def _borrowed(metric: Metric) -> frozenset[str]:
    """Dimensions of single turns that a metric of whole conversations takes from another table.

    Two filters on them may be met by two different turns, so each keeps conversations on its own.
    """
    own, *others = metric.answers
    if all(other.measure.is_additive and not other.additive_within for other in others):
        return frozenset()
    return frozenset(name for name in TURN_DIMENSIONS if not _has_column(own, name))


def _is_grouped(dimension: str, group_by: Sequence[str]) -> bool:
    same = INTENT_DIMENSIONS if dimension in INTENT_DIMENSIONS else {dimension}
    return bool(same.intersection(group_by))


def _has_column(answer: Answer, dimension: str) -> bool:
    return dimension not in answer.not_by and DIMENSIONS[dimension].column in answer.model.columns


def _can_narrow(metric: Metric, answer: Answer, dimension: str, borrowed: frozenset[str]) -> bool:
    if any(column not in answer.model.columns for column in CONVERSATION_KEY):
        return False
    if dimension == "conversation_type":
        return True
    if dimension in metric.dimensions:
        # a metric of single turns is never answered with all turns of the conversation
        return dimension in borrowed
    return dimension in NARROWS_WHAT_LACKS_IT
