"""The demo's projects: registered, given their roles, and pointed at the sandbox API."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import text

from flows.onboard import onboard
from infra.sandbox.access import SERVER_KEYS
from lib.db.engines import engine_for_role
from lib.db.roles import OWNER
from lib.local_secrets import store_local_values
from lib.metrics.manifest import shipped_model_hash
from lib.tenants.config import ProjectConfig, load_project_configs

__all__ = ["DEMO_PROJECT_IDS", "local_environment", "register_demo", "register_projects"]

DEMO_PROJECTS = Path(__file__).parent / "sandbox" / "demo_projects.yaml"
CONNECTION = DEMO_PROJECTS.with_name("connection.yaml")
DEMO_PROJECT_IDS = tuple(SERVER_KEYS)


def local_environment(home: Path, sandbox_port: int) -> dict[str, str]:
    """Where the sandbox listens and its invented keys, as environment variables.

    They are also kept in the local data folder, so that `python -m flows.ingest` typed in a second
    terminal finds the running sandbox.
    """
    values = {
        "INDIGITALL_API_URL": f"http://127.0.0.1:{sandbox_port}",
        "INDIGITALL_CONNECTION_FILE": str(CONNECTION),
    }
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
    onboard(configs)
    owner = engine_for_role(OWNER)
    try:
        with owner.connect() as connection:
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
        owner.dispose()
    return published == len(configs)
