"""The deployment `probe`: Prefect's weekly schedule around `flows.probe`."""

from prefect import flow
from prefect.artifacts import create_markdown_artifact

from flows import probe as check
from flows.probe_report import report
from flows.run_names import named
from lib.config import get_settings
from lib.log import configure_logging

__all__ = ["ApiDiffersError", "probe"]


class ApiDiffersError(Exception):
    """A field we read is missing, or an endpoint could not be checked; the artifact says which."""


@flow(name="probe", flow_run_name=named("probe"))
def probe(project_id: int | None = None) -> dict[int, int]:
    """Probe one project or every active one; returns how many endpoints were asked by project.

    The report is the run's artifact. Not retried: the client has tried again what can heal.
    """
    settings = get_settings()
    configure_logging(settings.log_format, settings.log_level)
    probes = check.probe(project_id)
    create_markdown_artifact(report(probes, settings.api_address), key="probe")
    if code := check.exit_code(probes):
        what = "some fields or endpoints are missing" if code == 1 else "not all could be checked"
        raise ApiDiffersError(f"{what}: see the artifact of this run")
    return {found.project_id: len(found.endpoints) for found in probes}
