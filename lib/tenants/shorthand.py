"""Short forms in a project's YAML, written out before it is checked.

`backfill_days: 400` is the first of so many local days that end today; `contact_entities` and
`survey_aliases` give a list per entity and become ordered rules behind the explicit ones.
"""

from collections.abc import Mapping
from datetime import timedelta

from lib import clock

__all__ = ["FIRST_ALIAS_PRIORITY", "FIRST_CONTACT_PRIORITY", "written_out"]

FIRST_CONTACT_PRIORITY = 10_000
FIRST_ALIAS_PRIORITY = 1_000_000
SHORT_FORMS = {"backfill_days", "contact_entities", "survey_aliases"}


def written_out(entry: object) -> object:
    """The entry with every short form replaced; what is no short form is left to the checks.

    Raises ValueError, in one line, for a short form that makes no sense.
    """
    if not isinstance(entry, dict):
        return entry
    full = {key: value for key, value in entry.items() if key not in SHORT_FORMS}
    if "backfill_days" in entry:
        if "backfill_from" in entry:
            raise ValueError("backfill_from and backfill_days exclude each other")
        full["backfill_from"] = _first_day(entry["backfill_days"], entry.get("timezone"))
    rules = [
        *_rules(entry, "contact_entities", "contact", "contact_id", FIRST_CONTACT_PRIORITY),
        *_rules(entry, "survey_aliases", "survey_alias", "match_value", FIRST_ALIAS_PRIORITY),
    ]
    if rules:
        full["entity_rules"] = [*(entry.get("entity_rules") or ()), *rules]
    return full


def _first_day(days: object, timezone: object) -> object:
    if not isinstance(days, int) or isinstance(days, bool) or days < 1:
        raise ValueError(f"backfill_days: expected a number of days from 1, got {days!r}")
    return clock.today(str(timezone or clock.BOGOTA)) - timedelta(days=days - 1)


def _rules(
    entry: Mapping[str, object], short_form: str, kind: str, value_name: str, priority: int
) -> list[dict[str, object]]:
    """One rule per value, in the order written."""
    by_entity = entry.get(short_form) or {}
    if not isinstance(by_entity, dict) or not all(
        isinstance(values, list) for values in by_entity.values()
    ):
        raise ValueError(f"{short_form}: expected a list of values for each entity")
    pairs = [(str(value), entity) for entity, values in by_entity.items() for value in values]
    return [
        {"priority": priority + place, "rule_kind": kind, value_name: value, "entity": entity}
        for place, (value, entity) in enumerate(pairs)
    ]
