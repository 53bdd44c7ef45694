"""The configuration of projects: read from YAML, checked, and brought into `app` as a whole."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import yaml
from pydantic import Field, JsonValue, ValidationError, field_validator
from sqlalchemy import Connection, text

from lib.tenants.parts import (
    Brand,
    EntityRule,
    LogoError,
    Name,
    Normalised,
    Schedule,
    Strict,
    TimezoneName,
    read_logo,
)
from lib.tenants.rows import RULE_KEY, replace_rows, upsert_rows
from lib.tenants.shorthand import written_out

__all__ = [
    "EntityRule",
    "ProjectConfig",
    "ProjectConfigError",
    "apply_project_config",
    "load_project_configs",
]

ELSEWHERE = {"entity_rules", "agent_names", "brand", "schedules"}
ARRAYS = ("agent_mail_domains", "agent_ids", "enabled_endpoints")


class ProjectConfigError(Exception):
    """A configuration file cannot be used; names the file and line by line what is wrong."""


class ProjectConfig(Strict):
    """All that is configured for one project; applying it makes the database agree with it."""

    project_id: int = Field(gt=0, lt=2**31)
    slug: str = Field(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", max_length=60)
    name: Name
    timezone: TimezoneName = "America/Bogota"
    is_demo: bool = False
    backfill_from: date
    retention_months: int | None = Field(24, gt=0, le=600)
    agent_mail_domains: tuple[Normalised, ...] = ()
    agent_ids: tuple[str, ...] = ()
    enabled_endpoints: tuple[Normalised, ...] = ()
    endpoint_overrides: dict[str, JsonValue] = Field(default_factory=dict)
    # a contact has at most seven conversations in seven days, so more than six is never exceeded
    high_frequency_limit: int = Field(4, ge=1, le=6)
    re_read_days: int = Field(2, ge=0, le=60)
    statistics_re_read_days: int = Field(7, ge=0, le=90)
    empty_windows_told: int = Field(8, ge=1, le=1000)
    entity_rules: tuple[EntityRule, ...] = ()
    agent_names: dict[str, Name] = Field(default_factory=dict)
    brand: Brand | None = None
    schedules: tuple[Schedule, ...] = ()

    @field_validator("entity_rules")
    @classmethod
    def _order_is_total(cls, rules: tuple[EntityRule, ...]) -> tuple[EntityRule, ...]:
        if len({rule.priority for rule in rules}) < len(rules):
            raise ValueError("two rules have the same priority, so none of them comes first")
        if len({(r.rule_kind, r.match_value, r.contact_id) for r in rules}) < len(rules):
            raise ValueError("two rules match the same value")
        return rules

    @field_validator("schedules")
    @classmethod
    def _one_per_deployment(cls, schedules: tuple[Schedule, ...]) -> tuple[Schedule, ...]:
        if len({schedule.deployment for schedule in schedules}) < len(schedules):
            raise ValueError("two schedules are of the same deployment")
        return schedules


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
            config = ProjectConfig.model_validate(written_out(entry))
            configs.append(_with_logo(config, path.parent))
        except ValidationError as error:
            faults += [
                f"project {position}, {'.'.join(map(str, fault['loc'])) or 'whole'}: {fault['msg']}"
                for fault in error.errors(include_url=False, include_input=False)
            ]
        except (ValueError, LogoError) as error:
            faults.append(f"project {position}, {error}")
    for key in ("project_id", "slug"):
        if len({getattr(config, key) for config in configs}) < len(configs):
            faults.append(f"two projects have the same {key}")
    if faults:
        raise ProjectConfigError("\n".join([f"{path}: cannot be used:", *faults]))
    return configs


def _with_logo(config: ProjectConfig, folder: Path) -> ProjectConfig:
    """A logo is named from its file's folder; one that cannot be used is found here (LogoError)."""
    if config.brand is None or config.brand.logo_file is None:
        return config
    logo_file = folder / config.brand.logo_file
    read_logo(logo_file)
    brand = config.brand.model_copy(update={"logo_file": logo_file})
    return config.model_copy(update={"brand": brand})


def apply_project_config(
    owner_connection: Connection,
    config: ProjectConfig,
    *,
    contact_key_of: Callable[[int, str], str],
) -> dict[str, int]:
    """Make the project's rows in `app` equal to its configuration; returns changed rows by table.

    A second call changes nothing. Entity rules are left alone when the configuration does not
    speak of them: then they are managed by import. `contact_key_of(project_id, contact_id)` turns
    the contacts of the rules into keys, so that no phone is stored. The caller commits.
    """
    project_id, connection = config.project_id, owner_connection
    project = config.model_dump(exclude=ELSEWHERE)
    project |= {name: list(project[name]) for name in ARRAYS}
    project["endpoint_overrides"] = json.dumps(config.endpoint_overrides)
    names = [
        {"project_id": project_id, "agent_id": agent_id, "agent_name": name}
        for agent_id, name in config.agent_names.items()
    ]
    schedules = [{"project_id": project_id} | each.model_dump() for each in config.schedules]
    changed = {
        "projects": upsert_rows(connection, "projects", ("project_id",), [project]),
        "agent_names": replace_rows(connection, "agent_names", ("agent_id",), project_id, names),
        "brands": _set_brand(connection, config),
        "schedules": replace_rows(connection, "schedules", ("deployment",), project_id, schedules),
    }
    if "entity_rules" in config.model_fields_set:
        rules = [_rule_row(rule, project_id, contact_key_of) for rule in config.entity_rules]
        changed["entity_rules"] = replace_rows(
            connection, "entity_rules", RULE_KEY, project_id, rules
        )
    return changed


def _set_brand(connection: Connection, config: ProjectConfig) -> int:
    if config.brand is None:
        statement = text("delete from app.brands where project_id = :project_id")
        return connection.execute(statement, {"project_id": config.project_id}).rowcount
    logo, logo_type = read_logo(config.brand.logo_file) if config.brand.logo_file else (None, None)
    row = config.brand.model_dump(exclude={"logo_file"})
    row |= {"project_id": config.project_id, "logo": logo, "logo_type": logo_type}
    return upsert_rows(connection, "brands", ("project_id",), [row])


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
