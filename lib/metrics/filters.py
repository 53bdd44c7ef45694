"""What narrows a question: a frozen value that can be a cache key."""

from collections.abc import Mapping
from dataclasses import dataclass

from lib.metrics.errors import (
    UnknownConversationTypeError,
    UnknownDirectionError,
    UnknownPlatformError,
    UnknownWaitBucketError,
)
from lib.metrics.periods import DateRange, Window
from lib.metrics.scope import Scope

DIRECTIONS = ("inbound", "bot", "agent")
CONVERSATION_TYPES = ("bot", "mixed", "agent")
WAIT_BUCKETS = ("0-1", "1-5", "5-15", "15-30", "30+")
# what stands in a filter for rows without a value: no close reason, nobody assigned
WITHOUT_VALUE = ""
# "todas" is what a channel reports that does not tell platforms apart, "otro" one nobody described
PLATFORMS = ("android", "ios", "web", "todas", "otro")


@dataclass(frozen=True, slots=True)
class Filters:
    """A period and the values to keep; an empty tuple keeps everything.

    `agents` and `campaigns` are ids. `technical` keeps only technical intents (True) or only the
    others. `close_reasons` and `wait_buckets` are of agent sessions; WITHOUT_VALUE among them keeps
    the sessions that have none. Names that belong to the project are checked when the question is
    asked.
    """

    period: DateRange
    entities: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    conversation_types: tuple[str, ...] = ()
    technical: bool | None = None
    campaigns: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    close_reasons: tuple[str, ...] = ()
    wait_buckets: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for direction in self.directions:
            if direction not in DIRECTIONS:
                raise UnknownDirectionError(direction, DIRECTIONS)
        for conversation_type in self.conversation_types:
            if conversation_type not in CONVERSATION_TYPES:
                raise UnknownConversationTypeError(conversation_type, CONVERSATION_TYPES)
        for platform in self.platforms:
            if platform not in PLATFORMS:
                raise UnknownPlatformError(platform, PLATFORMS)
        for bucket in self.wait_buckets:
            if bucket not in (*WAIT_BUCKETS, WITHOUT_VALUE):
                raise UnknownWaitBucketError(bucket, WAIT_BUCKETS)

    @property
    def has_names(self) -> bool:
        """True when it names things of conversations that must exist in the project."""
        return bool(self.entities or self.channels or self.agents or self.intents)

    @property
    def has_campaign_names(self) -> bool:
        """True when it names campaigns or purposes that must exist in the project."""
        return bool(self.campaigns or self.purposes)


# the bound parameter with all that a limited reader may see, whatever was asked
ALLOWED = "allowed_entities"
# dimension -> name of the bound parameter that carries its values
VALUE_PARAMETERS: Mapping[str, str] = {
    "entity": "entities",
    "channel": "channels",
    "agent": "agents",
    "intent": "intents",
    "direction": "directions",
    "conversation_type": "conversation_types",
    "campaign": "campaigns",
    "platform": "platforms",
    "purpose": "purposes",
    "close_reason": "close_reasons",
    "wait_bucket": "wait_buckets",
}
# dimensions whose filter may ask for rows without a value
MAY_BE_MISSING = frozenset({"close_reason", "wait_bucket"})


def filtered_dimensions(filters: Filters, window: Window | None) -> tuple[str, ...]:
    """The dimensions that are narrowed, in a fixed order: the shape of the filters, not values."""
    names = [name for name, field in VALUE_PARAMETERS.items() if getattr(filters, field)]
    if filters.technical is not None:
        names.append("is_technical_intent")
    if window is not None and window.cuts_hours:
        names.append("hour")
    if window is not None and window.weekdays:
        names.append("weekday")
    return tuple(names)


def bound_values(filters: Filters, window: Window | None, scope: Scope) -> dict[str, object]:
    """Every parameter a statement of this shape may bind; days are bound by the caller."""
    values: dict[str, object] = {
        field: list(getattr(filters, field)) for field in VALUE_PARAMETERS.values()
    }
    values["technical"] = filters.technical
    values[ALLOWED] = list(scope.entities or ())
    if window is not None:
        values["hours"] = list(window.kept_hours)
        values["weekdays"] = list(window.weekdays)
    return values
