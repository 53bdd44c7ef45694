"""What can be wrong with a question, as types.

MetricsError
 |- CatalogError            the manifest cannot be served: every fault, one line each
 |- UnknownNameError        a name that does not exist; `options` lists those that do, nearest first
 |   |- UnknownMetricError, UnknownDimensionError, UnknownEntityError, UnknownChannelError,
 |   |- UnknownAgentError, UnknownIntentError, UnknownDirectionError,
 |   |- UnknownCampaignError, UnknownPlatformError, UnknownPurposeError, UnknownWaitBucketError,
 |   '- UnknownConversationTypeError, UnknownComparisonError
 |- DimensionNotAvailableError   the metric exists and cannot be grouped that way
 |- OutsideEntitiesError    the reader sees some entities only, the metric knows none
 |- BadPeriodError          reversed, before 2000, after 2100 or longer than ten years
 |- BadWindowError          hours or weekdays that do not exist
 |- BadLimitError           a limit below 1 or above the largest answer
 |- NothingPublishedError   the project has no data yet
 '- UnknownHuellaError      no such code in this project, whatever the reason
"""

from collections.abc import Iterable
from difflib import SequenceMatcher


class MetricsError(Exception):
    """Base of every error this room raises on purpose."""


class CatalogError(MetricsError):
    """The semantic manifest breaks its contract; `faults` has one line per fault, all of them."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        lines = "\n".join(f"  {fault}" for fault in self.faults)
        super().__init__(
            f"the semantic manifest has {len(self.faults)} faults; mend the YAML beside the marts "
            f"and run `dbt parse`:\n{lines}"
        )


class UnknownNameError(MetricsError):
    """A name was given that does not exist. `options` holds what exists, the nearest first."""

    kind = "name"

    def __init__(self, given: str, options: Iterable[str]) -> None:
        self.given = given
        self.options = nearest_first(given, options)
        known = ", ".join(self.options[:10]) or "none"
        super().__init__(f"no {self.kind} {given!r}; there are {len(self.options)}: {known}")


class UnknownMetricError(UnknownNameError):
    """No metric of that name is in the catalogue, or none of that name is in this result."""

    kind = "metric"


class UnknownDimensionError(UnknownNameError):
    """No dimension of that name exists for any metric."""

    kind = "dimension"


class UnknownEntityError(UnknownNameError):
    """The project has no entity of that name."""

    kind = "entity"


class UnknownChannelError(UnknownNameError):
    """The project has no channel of that name."""

    kind = "channel"


class UnknownAgentError(UnknownNameError):
    """The project has no agent with that id."""

    kind = "agent"


class UnknownIntentError(UnknownNameError):
    """The project has no intent of that name."""

    kind = "intent"


class UnknownDirectionError(UnknownNameError):
    """Only inbound, bot and agent messages are counted."""

    kind = "direction"


class UnknownConversationTypeError(UnknownNameError):
    """A conversation is of type bot, mixed or agent."""

    kind = "conversation type"


class UnknownCampaignError(UnknownNameError):
    """The project has no campaign with that id."""

    kind = "campaign"


class UnknownPlatformError(UnknownNameError):
    """Campaigns are counted per android, ios, web, or for all platforms at once."""

    kind = "platform"


class UnknownPurposeError(UnknownNameError):
    """No campaign of the project has that purpose."""

    kind = "purpose"


class UnknownWaitBucketError(UnknownNameError):
    """Waits are counted in five buckets of minutes, or as waits that never ended."""

    kind = "wait bucket"


class UnknownComparisonError(UnknownNameError):
    """No such way to choose the period to compare with."""

    kind = "comparison"


class DimensionNotAvailableError(MetricsError):
    """The metric cannot be grouped by this dimension, or not together with the others asked."""

    def __init__(self, metric: str, dimension: str, options: Iterable[str]) -> None:
        self.metric = metric
        self.dimension = dimension
        self.options = tuple(options)
        super().__init__(
            f"metric {metric!r} cannot be grouped by {dimension!r}; it can be grouped by: "
            f"{', '.join(self.options)}"
        )


class OutsideEntitiesError(MetricsError):
    """The reader is limited to entities and the metric cannot be told apart by entity."""

    def __init__(self, metric: str) -> None:
        self.metric = metric
        super().__init__(
            f"expected a metric that knows entities, {metric!r} is of the whole project: "
            "it is closed to readers limited to some entities"
        )


class BadPeriodError(MetricsError):
    """The two days make no period that can be asked for."""


class BadWindowError(MetricsError):
    """The hours or weekdays do not exist."""


class BadLimitError(MetricsError):
    """The number of rows asked for cannot be served."""


class NothingPublishedError(MetricsError):
    """The project has no published data to read a figure from."""

    def __init__(self, project_id: int) -> None:
        super().__init__(
            f"expected published data of project {project_id}, found none: run flows.transform"
        )


class UnknownHuellaError(MetricsError):
    """No such code here. The same words for malformed, unknown and foreign codes."""

    def __init__(self) -> None:
        super().__init__("expected the code of a figure of this project: copy all of it again")


def nearest_first(given: str, options: Iterable[str]) -> tuple[str, ...]:
    """The options by likeness to what was given, ties in alphabetical order."""
    wanted = given.casefold()
    return tuple(
        sorted(
            options,
            key=lambda name: (-SequenceMatcher(None, wanted, name.casefold()).ratio(), name),
        )
    )
