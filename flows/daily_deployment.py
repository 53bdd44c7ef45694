"""The deployment `daily`: reading and building as runs of their own under one, with its verdict."""

from prefect import flow
from prefect.artifacts import create_markdown_artifact

from flows import daily as day
from flows.ingest_deployment import ingest
from flows.run_names import named
from flows.transform_deployment import transform
from lib.config import get_settings
from lib.log import configure_logging

__all__ = ["DayIncompleteError", "daily"]


class DayIncompleteError(Exception):
    """Yesterday lacks something in these projects; the artifact of the run says what."""


@flow(name="daily", flow_run_name=named("daily"))
def daily(project_id: int | None = None) -> dict[str, bool]:
    """Whether yesterday is complete, by project; the run fails when it is not for one of them."""
    settings = get_settings()
    configure_logging(settings.log_format, settings.log_level)
    verdicts = day.daily(project_id, ingest=ingest, build=transform)
    create_markdown_artifact(day.daily_report(verdicts), key="daily")
    lacking = [str(each.project_id) for each in verdicts if each.problems]
    if lacking:
        raise DayIncompleteError(
            f"yesterday was expected complete and is not for project {', '.join(lacking)}: see the"
            " artifact of this run"
        )
    return {str(each.project_id): True for each in verdicts}
