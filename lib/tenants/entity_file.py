"""Entity rules from a CSV file: read, checked line by line, merged with the rules there are."""

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from lib.tenants.parts import RuleKind

__all__ = ["COLUMNS", "EntityFileError", "StoredRule", "merged_rules", "read_rules"]

COLUMNS = ("rule_kind", "match_value", "entity", "priority")
NEEDED = COLUMNS[:3]
KINDS = get_args(RuleKind)
# where rules without a priority begin: explicit ones come before contacts, contacts before aliases
FIRST_PRIORITY = {"contact": 10_000, "survey_alias": 1_000_000}
CONTACT_KEY = re.compile(r"[0-9a-f]{32}")
PHONE = re.compile(r"[0-9]{8,15}")
LONGEST = 120
MOST_PRIORITY = 2**31 - 1


class EntityFileError(Exception):
    """A file of rules cannot be used; every fault names the file, the line and the column."""


@dataclass(frozen=True, slots=True)
class StoredRule:
    """One rule as app.entity_rules has it; a contact stands there by its key."""

    rule_kind: str
    match_value: str
    entity: str
    priority: int | None

    @property
    def key(self) -> tuple[str, str]:
        """What the rule is found by."""
        return self.rule_kind, self.match_value


@dataclass(slots=True)
class _Reader:
    path: Path
    faults: list[str]

    def fault(self, line: int, column: str, what: str) -> None:
        self.faults.append(f"{self.path}:{line}: {column}: {what}")


def read_rules(path: Path, key_of: Callable[[str], str]) -> dict[int, StoredRule]:
    """The rules of a file by the line they stand on; `key_of` turns a phone into a contact key.

    Values are compared in lower case with single blanks. Raises EntityFileError with all faults;
    no fault quotes a value of kind contact.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, strict=True)
            header = tuple(reader.fieldnames or ())
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise EntityFileError(f"{path}: cannot be read as CSV in UTF-8: {error}") from error
    found = _Reader(path, [])
    if not set(NEEDED) <= set(header) or not set(header) <= set(COLUMNS):
        raise EntityFileError(
            f"{path}:1: header: {', '.join(NEEDED)} and perhaps priority were expected"
        )
    rules = {line: rule for line, row in rows if (rule := _rule(found, line, row, key_of))}
    _check_repeated(found, rules)
    if found.faults:
        raise EntityFileError("\n".join(found.faults))
    return rules


def _rule(
    found: _Reader, line: int, row: dict[str, str], key_of: Callable[[str], str]
) -> StoredRule | None:
    before = len(found.faults)
    if None in row or None in row.values():
        found.fault(line, "row", "as many fields as in the header were expected")
        return None
    kind, entity = row["rule_kind"].strip(), " ".join(row["entity"].split())
    value = " ".join(row["match_value"].lower().split())
    if kind not in KINDS:
        found.fault(line, "rule_kind", f"one of {', '.join(KINDS)} was expected")
    for column, text in (("match_value", value), ("entity", entity)):
        if not text or len(text) > LONGEST:
            found.fault(line, column, f"a text of 1 to {LONGEST} characters was expected")
    if kind == "contact" and not CONTACT_KEY.fullmatch(value):
        if PHONE.fullmatch(value):
            value = key_of(value)
        else:
            found.fault(line, "match_value", "a phone in digits or a contact key was expected")
    priority = (row.get("priority") or "").strip()
    if priority and not (priority.isdecimal() and int(priority) <= MOST_PRIORITY):
        found.fault(line, "priority", "a whole number from 0 was expected, or nothing")
    if len(found.faults) > before:
        return None
    return StoredRule(kind, value, entity, int(priority) if priority else None)


def _check_repeated(found: _Reader, rules: dict[int, StoredRule]) -> None:
    by_key: dict[tuple[str, str], int] = {}
    by_priority: dict[int, int] = {}
    for line, rule in rules.items():
        first = by_key.setdefault(rule.key, line)
        if first != line:
            same = rules[first].entity == rule.entity
            what = "repeats" if same else "contradicts"
            found.fault(line, "match_value", f"{what} line {first}, which has the same value")
        if rule.priority is not None and by_priority.setdefault(rule.priority, line) != line:
            found.fault(line, "priority", f"that of line {by_priority[rule.priority]} as well")


def merged_rules(
    path: Path,
    existing: Sequence[StoredRule],
    new: dict[int, StoredRule],
    *,
    replace_kinds: bool = False,
) -> list[StoredRule]:
    """The project's rules after the import, each with its priority, in their order.

    A rule of the file takes the place of the existing one for the same value. Without a priority it
    keeps the one it had, else it comes behind the last of its kind. With `replace_kinds` rules of
    the file's kinds that the file lacks go. Raises EntityFileError when a priority is another
    rule's, or an entity is written like another but for capitals.
    """
    found = _Reader(path, [])
    incoming = {rule.key: (line, rule) for line, rule in new.items()}
    kinds = {rule.rule_kind for rule in new.values()} if replace_kinds else set()
    kept = [r for r in existing if r.key not in incoming and r.rule_kind not in kinds]
    taken = {rule.priority: rule for rule in kept}
    spelt = {rule.entity.lower(): rule.entity for rule in kept}
    had = {rule.key: rule.priority for rule in existing}
    result = list(kept)
    for line, rule in sorted(incoming.values(), key=lambda each: each[1].priority is None):
        if rule.priority is not None and rule.priority in taken:
            other = taken[rule.priority]
            found.fault(line, "priority", f"that of an existing rule of kind {other.rule_kind}")
        if spelt.setdefault(rule.entity.lower(), rule.entity) != rule.entity:
            name = spelt[rule.entity.lower()]
            found.fault(line, "entity", f"written {name} elsewhere; use one spelling")
        priority = rule.priority
        if priority is None:
            priority = had.get(rule.key)
        if priority is None or (rule.priority is None and priority in taken):
            priority = _behind(rule.rule_kind, result, taken)
        placed = replace(rule, priority=priority)
        taken[priority] = placed
        result.append(placed)
    if found.faults:
        raise EntityFileError("\n".join(found.faults))
    return sorted(result, key=lambda rule: rule.priority or 0)


def _behind(kind: str, rules: Iterable[StoredRule], taken: dict[int | None, StoredRule]) -> int:
    last = max((rule.priority or 0 for rule in rules if rule.rule_kind == kind), default=None)
    priority = FIRST_PRIORITY.get(kind, 1) if last is None else last + 1
    while priority in taken:
        priority += 1
    return priority
