"""A project comes into being: `python -m flows.onboard FILE.yaml [--dry-run]`.

Creates or corrects what the file says of each of its projects: database roles, configuration,
entity rules, roster, brand and schedules. Running it twice changes nothing, and says so. The exit
code is 0 when every project is as the file says, 1 when one is not. docs/operacion/onboarding.md
describes the file.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, text

from flows.project_schedules import ScheduleError, set_schedules
from lib.config import Settings, SettingsError, get_settings
from lib.db.engines import admin_engine, engine_for_role
from lib.db.onboarding import create_project_roles
from lib.db.roles import OWNER
from lib.db.urls import NoDatabaseError
from lib.indigitall.access import missing_access
from lib.indigitall.endpoint_file import project_endpoints
from lib.indigitall.errors import EndpointFileError
from lib.log import configure_logging, get_logger
from lib.privacy.contact_key import contact_key
from lib.tenants.config import (
    ProjectConfig,
    ProjectConfigError,
    apply_project_config,
    load_project_configs,
)

__all__ = ["OnboardError", "Onboarded", "main", "onboard"]

log = get_logger("flows.onboard")
SLUG_OF_ANOTHER = "select project_id from app.projects where slug = :slug and project_id <> :id"


class OnboardError(Exception):
    """A project cannot be what its configuration says; nothing of the file was changed."""


@dataclass(frozen=True, slots=True)
class Onboarded:
    """What changed, or would change, for one project: roles' statements, and rows by table."""

    project_id: int
    role_statements: int
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def has_changed(self) -> bool:
        """Whether anything was not yet as the file says."""
        return bool(self.role_statements or any(self.rows.values()))


def onboard(configs: Sequence[ProjectConfig], *, dry_run: bool = False) -> list[Onboarded]:
    """Make roles and rows of these projects what their configuration says; all of them or none.

    With `dry_run` everything is done and taken back. Raises OnboardError and NoDatabaseError.
    """
    for config in configs:
        _check_endpoints(config)
    key = get_settings().pii_key.get_secret_value()
    admin, owner = admin_engine(), engine_for_role(OWNER)
    found: list[Onboarded] = []
    try:
        with admin.connect() as roles, owner.connect() as rows:
            for config in configs:
                _check_slug(rows, config)
                changes = create_project_roles(roles, config.project_id)
                changed = apply_project_config(
                    rows,
                    config,
                    contact_key_of=lambda project, contact: contact_key(key, project, contact),
                )
                found.append(Onboarded(config.project_id, len(changes.done), changed))
            if not dry_run:
                # a project without rows is none, so the roles come first
                roles.commit()
                rows.commit()
    finally:
        admin.dispose()
        owner.dispose()
    return found


def _check_endpoints(config: ProjectConfig) -> None:
    try:
        project_endpoints(config.endpoint_overrides, config.enabled_endpoints)
    except EndpointFileError as error:
        raise OnboardError(f"project {config.project_id}, {error}") from error


def _check_slug(connection: Connection, config: ProjectConfig) -> None:
    values = {"slug": config.slug, "id": config.project_id}
    other = connection.execute(text(SLUG_OF_ANOTHER), values).scalar_one_or_none()
    if other is not None:
        raise OnboardError(
            f"project {config.project_id}: a slug of its own was expected and {config.slug} is that"
            f" of project {other}"
        )


def _tell(config: ProjectConfig, done: Onboarded, settings: Settings, *, dry_run: bool) -> None:
    """One line per project, and warnings about what is still missing before it can be ingested."""
    event = "would_onboard" if dry_run else "onboarded"
    log.info(
        event if done.has_changed else "already_as_configured",
        project_id=config.project_id,
        slug=config.slug,
        role_statements=done.role_statements,
        **{f"{table}_rows": count for table, count in done.rows.items() if count},
    )
    for variable in missing_access(settings, config.project_id):
        event = "login_missing" if "LOGIN" in variable else "server_key_missing"
        log.warning(event, project_id=config.project_id, expected=variable)


def _schedule(config: ProjectConfig, settings: Settings) -> None:
    if settings.prefect_api_url:
        changed = set_schedules(
            settings.prefect_api_url, config.project_id, config.slug, config.schedules
        )
        log.info("schedules_set", project_id=config.project_id, changed=changed)
    elif config.schedules:
        log.warning("schedules_only_stored", reason="PREFECT_API_URL is not set")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit codes are those of the module's first lines."""
    parser = argparse.ArgumentParser(prog="python -m flows.onboard", description=__doc__)
    parser.add_argument("file", type=Path, help="YAML with a list of projects")
    parser.add_argument("--dry-run", action="store_true", help="say what would change")
    options = parser.parse_args(arguments)
    configure_logging()
    try:
        settings = get_settings()
        configure_logging(settings.log_format, settings.log_level)
        configs = load_project_configs(options.file)
        for config, done in zip(configs, onboard(configs, dry_run=options.dry_run), strict=True):
            _tell(config, done, settings, dry_run=options.dry_run)
            if not options.dry_run:
                _schedule(config, settings)
    except (
        EndpointFileError,
        NoDatabaseError,
        OnboardError,
        ProjectConfigError,
        ScheduleError,
        SettingsError,
    ) as error:
        log.error("onboarding_failed", error=str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
