"""The demo's projects: registered, given their roles, and pointed at the sandbox API."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import text

from infra.sandbox.access import SERVER_KEYS
from lib.config import get_settings
from lib.db.engines import admin_engine, engine_for_role
from lib.db.onboarding import create_project_roles
from lib.local_secrets import store_local_values
from lib.metrics.manifest import shipped_model_hash
from lib.privacy.contact_key import contact_key
from lib.tenants.config import ProjectConfig, apply_project_config, load_project_configs

__all__ = ["DEMO_PROJECT_IDS", "local_environment", "register_demo", "register_projects"]

DEMO_PROJECTS = Path(__file__).parent / "sandbox" / "demo_projects.yaml"
DEMO_PROJECT_IDS = tuple(SERVER_KEYS)


def local_environment(home: Path, sandbox_port: int) -> dict[str, str]:
    """Where the sandbox listens and its invented keys, as environment variables.

    They are also kept in the local data folder, so that `python -m flows.ingest` typed in a second
    terminal finds the running sandbox.
    """
    values = {"INDIGITALL_API_URL": f"http://127.0.0.1:{sandbox_port}"}
    values |= {f"INDIGITALL_SERVER_KEY_{project}": key for project, key in SERVER_KEYS.items()}
    store_local_values(home, values)
    return values


def register_demo() -> bool:
    """Bring the demo's projects into `app`; returns whether both have published data already."""
    return register_projects(load_project_configs(DEMO_PROJECTS))


def register_projects(configs: Sequence[ProjectConfig]) -> bool:
    """Create the roles and rows of these projects; running it twice changes nothing.

    Returns whether every one of them has a data version published by the models of this code.
    """
    pii_key = get_settings().pii_key.get_secret_value()
    admin, owner = admin_engine(), engine_for_role("indigo_owner")
    try:
        with admin.begin() as connection:
            for config in configs:
                create_project_roles(connection, config.project_id)
        with owner.begin() as connection:
            for config in configs:
                apply_project_config(
                    connection,
                    config,
                    contact_key_of=lambda project, contact: contact_key(pii_key, project, contact),
                )
            published: int = connection.execute(
                text(
                    "select count(*) from app.data_versions"
                    " where project_id = any(:projects) and model_hash = :model_hash"
                ),
                {
                    "projects": [config.project_id for config in configs],
                    "model_hash": shipped_model_hash(),
                },
            ).scalar_one()
    finally:
        admin.dispose()
        owner.dispose()
    return published == len(configs)
