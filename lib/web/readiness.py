"""Can this process serve numbers? The checks behind /ready, each with a reason when it fails."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from lib.db.urls import NoDatabaseError
from lib.log import get_logger
from lib.tenants.freshness import Freshness
from lib.tenants.projects import Project

log = get_logger(__name__)
PROBE_SLUG = "demo"


@dataclass(frozen=True, slots=True)
class Readiness:
    """What /ready answers: versions by project slug, and the reasons not to be ready."""

    data_versions: dict[str, int]
    model_hash: str | None
    reasons: tuple[str, ...]

    @property
    def is_ready(self) -> bool:
        return not self.reasons


def check_readiness(
    find_project: Callable[[str], Project | None],
    load_freshness: Callable[[int], Freshness | None],
    model_hash: Callable[[], str],
) -> Readiness:
    """Ask the database for the probe project's published version and compare the model's hash.

    No error leaves this function: each becomes a reason, without addresses or names of people.
    """
    try:
        shipped = model_hash()
    except (OSError, ValueError) as error:
        log.warning("model_hash_unreadable", error=str(error))
        return Readiness({}, None, ("the metric catalogue cannot be read: run dbt parse",))
    try:
        project = find_project(PROBE_SLUG)
        freshness = load_freshness(project.project_id) if project else None
    except (SQLAlchemyError, NoDatabaseError) as error:
        log.warning("database_unreachable", error=type(error).__name__)
        return Readiness({}, shipped, ("the database does not answer",))
    if freshness is None:
        return Readiness({}, shipped, ("no data version has been published",))
    reasons: tuple[str, ...] = ()
    if freshness.model_hash != shipped:
        reasons = ("the published data was built by another model version: run flows.transform",)
    return Readiness({PROBE_SLUG: freshness.data_version}, shipped, reasons)
