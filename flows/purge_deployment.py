"""The deployment `purge`: Prefect's schedule around `flows.purge`."""

from prefect import flow

from flows import purge as retention
from flows.run_names import named
from lib.config import get_settings
from lib.log import configure_logging

__all__ = ["purge"]


@flow(name="purge", flow_run_name=named("purge"))
def purge(projects: list[int] | None = None, dry_run: bool = False) -> dict[int, int]:
    """Remove what is older than each project keeps; returns the rows that went by project.

    Not retried: a project that is being ingested is purged the next day.
    """
    settings = get_settings()
    configure_logging(settings.log_format, settings.log_level)
    results = retention.purge(projects or (), dry_run=dry_run)
    return {
        result.project_id: sum(entry.row_count for entry in result.tables) for result in results
    }
