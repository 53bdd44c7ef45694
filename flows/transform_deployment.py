"""The deployment `transform`: Prefect's schedule around `flows.transform`.

In a file of its own because importing Prefect takes almost five seconds of processor time, which
`make run` would pay at each refresh.
"""

from datetime import date

from prefect import flow

from flows import transform as warehouse
from flows.run_names import named
from lib.config import get_settings
from lib.log import configure_logging

__all__ = ["transform"]


@flow(name="transform", flow_run_name=named("transform"))
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
    return list(warehouse.transform(projects, since, until, full_refresh).published)
