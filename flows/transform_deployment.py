"""The deployment `transform`: Prefect's schedule around `flows.transform`.

In a file of its own because importing Prefect takes almost five seconds of processor time, which
`make run` would pay at each refresh.
"""

from datetime import date

from prefect import flow
from prefect.artifacts import create_markdown_artifact

from flows import transform as warehouse
from flows.run_names import named
from flows.transform import TransformError, TransformResult
from flows.transform_report import transform_report
from flows.watch_deployment import tell_at_once
from lib.config import get_settings
from lib.db.engines import engine_for_role
from lib.db.roles import OWNER
from lib.log import configure_logging

__all__ = ["transform"]


@flow(
    name="transform",
    flow_run_name=named("transform"),
    on_failure=[tell_at_once],
    on_crashed=[tell_at_once],
)
def transform(
    projects: list[int] | None = None,
    since: date | None = None,
    until: date | None = None,
    full_refresh: bool = False,
) -> list[int]:
    """Build, audit and publish what is new; returns the projects that were published.

    Not retried: a build fails because of what is in the data, which no waiting mends.
    """
    settings = get_settings()
    configure_logging(settings.log_format, settings.log_level)
    outcome: TransformResult | TransformError | None = None
    try:
        outcome = warehouse.transform(projects, since, until, full_refresh)
    except TransformError as error:
        outcome = error
        raise
    finally:
        if outcome is not None:
            create_markdown_artifact(_report(outcome), key="transform")
    return list(outcome.published)


def _report(outcome: TransformResult | TransformError) -> str:
    engine = engine_for_role(OWNER, pool_size=1)
    try:
        return transform_report(engine, outcome)
    finally:
        engine.dispose()
