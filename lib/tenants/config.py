"""The configuration of projects: read from YAML, checked, and brought into `app` as a whole."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from sqlalchemy import Connection, text

from lib.tenants.shorthand import written_out

__all__ = [
    "EntityRule",
    "ProjectConfig",
    "ProjectConfigError",
    "apply_project_config",
    "load_project_configs",
]

ARRAYS = ("agent_mail_domains", "agent_ids", "enabled_endpoints")
RuleKind = Literal["channel_instance", "agent_domain", "agent", "contact", "survey_alias"]


class ProjectConfigError(Exception):
    """A configuration file cannot be used; names the file and line by line what is wrong."""


def _known_timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("expected a time zone such as America/Bogota") from error
    return name


def _lower(value: str) -> str:
    return value.strip().lower()


Name = Annotated[str, Field(min_length=1, max_length=120)]
Normalised = Annotated[str, AfterValidator(_lower), Field(min_length=1)]


class Strict(BaseModel):
    """A misspelt key is an error, never a setting silently left out."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class EntityRule(Strict):
    """One ordered rule: what carries `match_value` (or comes from `contact_id`) is of `entity`."""

    priority: int = Field(ge=0)
    rule_kind: RuleKind
    match_value: Normalised | None = None
    contact_id: str | None = Field(None, min_length=1)
    entity: Name

    @model_validator(mode="after")
    def _names_what_it_matches(self) -> Self:
        by_contact = self.rule_kind == "contact"
        if (self.contact_id is not None) != by_contact or (self.match_value is None) != by_contact:
            raise ValueError("a rule of kind contact has contact_id, every other has match_value")
        return self


class ProjectConfig(Strict):
    """All that is configured for one project; applying it makes the database agree with it."""

    project_id: int = Field(gt=0, lt=2**31)
    slug: str = Field(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", max_length=60)
    name: Name
    timezone: Annotated[str, AfterValidator(_known_timezone)] = "America/Bogota"
    is_demo: bool = False
    backfill_from: date
    retention_months: int | None = Field(24, gt=0, le=600)
    agent_mail_domains: tuple[Normalised, ...] = ()
    agent_ids: tuple[str, ...] = ()
    enabled_endpoints: tuple[Normalised, ...] = ()
    # a contact has at most seven conversations in seven days, so more than six is never exceeded
    high_frequency_limit: int = Field(4, ge=1, le=6)
    entity_rules: tuple[EntityRule, ...] = ()
    agent_names: dict[str, Name] = Field(default_factory=dict)

    @field_validator("entity_rules")
    @classmethod
    def _order_is_total(cls, rules: tuple[EntityRule, ...]) -> tuple[EntityRule, ...]:
        if len({rule.priority for rule in rules}) < len(rules):
            raise ValueError("two rules have the same priority, so none of them comes first")
        if len({(r.rule_kind, r.match_value, r.contact_id) for r in rules}) < len(rules):
            raise ValueError("two rules match the same value")
        return rules


def load_project_configs(path: Path) -> list[ProjectConfig]:
    """The projects of a YAML file, in its order. Raises ProjectConfigError."""
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ProjectConfigError(f"{path}: cannot be read as YAML: {error}") from error
    if not isinstance(entries, list):
        raise ProjectConfigError(
            f"{path}: expected a list of projects, got {type(entries).__name__}"
        )
    configs: list[ProjectConfig] = []
    faults: list[str] = []
    for position, entry in enumerate(entries, start=1):
        try:
            configs.append(ProjectConfig.model_validate(written_out(entry)))
        except ValidationError as error:
            faults += [
                f"project {position}, {'.'.join(map(str, fault['loc'])) or 'whole'}: {fault['msg']}"
                for fault in error.errors(include_url=False, include_input=False)
            ]
        except ValueError as error:
            faults.append(f"project {position}, {error}")
    for key in ("project_id", "slug"):
        if len({getattr(config, key) for config in configs}) < len(configs):
            faults.append(f"two projects have the same {key}")
    if faults:
        raise ProjectConfigError("\n".join([f"{path}: cannot be used:", *faults]))
    return configs


def apply_project_config(
    owner_connection: Connection,
    config: ProjectConfig,
    *,
    contact_key_of: Callable[[int, str], str],
) -> int:
    """Make the project's rows in `app` equal to its configuration; returns how many rows changed.

    A second call changes nothing. `contact_key_of(project_id, contact_id)` turns the contacts of
    the rules into keys, so that no phone is stored. The caller commits.
    """
    project_id = config.project_id
    project = config.model_dump(exclude={"entity_rules", "agent_names"})
    project |= {name: list(project[name]) for name in ARRAYS}
    rules = [_rule_row(rule, project_id, contact_key_of) for rule in config.entity_rules]
    names = [
        {"project_id": project_id, "agent_id": agent_id, "agent_name": name}
        for agent_id, name in config.agent_names.items()
    ]
    return (
        _upsert(owner_connection, "projects", ("project_id",), [project])
        + _replace(
            owner_connection, "entity_rules", ("rule_kind", "match_value"), project_id, rules
        )
        + _replace(owner_connection, "agent_names", ("agent_id",), project_id, names)
    )


def _rule_row(
    rule: EntityRule, project_id: int, contact_key_of: Callable[[int, str], str]
) -> dict[str, object]:
    value = contact_key_of(project_id, rule.contact_id) if rule.contact_id else rule.match_value
    return {
        "project_id": project_id,
        "priority": rule.priority,
        "rule_kind": rule.rule_kind,
        "match_value": value,
        "entity": rule.entity,
    }


def _replace(
    connection: Connection,
    table: str,
    keys: tuple[str, ...],
    project_id: int,
    rows: Sequence[dict[str, object]],
) -> int:
    """Upsert the rows and delete what the project has beside them; returns the rows touched."""
    kept = {f"kept_{key}": [row[key] for row in rows] for key in keys}
    arrays = ", ".join(f"cast(:kept_{key} as text[])" for key in keys)
    gone = connection.execute(
        text(
            f"delete from app.{table} where project_id = :project_id"
            f" and ({', '.join(keys)}) not in (select * from unnest({arrays}))"
        ),
        {"project_id": project_id, **kept},
    )
    return gone.rowcount + _upsert(connection, table, ("project_id", *keys), rows)


def _upsert(
    connection: Connection, table: str, keys: tuple[str, ...], rows: Sequence[dict[str, object]]
) -> int:
    changed = 0
    for row in rows:
        values = [name for name in row if name not in keys]
        old = ", ".join(f"t.{name}" for name in values)
        new = ", ".join(f"excluded.{name}" for name in values)
        statement = (
            f"insert into app.{table} as t ({', '.join(row)})"
            f" values ({', '.join(f':{name}' for name in row)})"
            f" on conflict ({', '.join(keys)}) do update set ({', '.join(values)}) = row({new})"
            f" where ({old}) is distinct from ({new})"
        )
        changed += connection.execute(text(statement), row).rowcount
    return changed
