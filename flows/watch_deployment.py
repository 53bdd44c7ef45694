"""The deployment `watch`: Prefect's schedule around `flows.watch`, and a hook for failing flows."""

from typing import Any

from prefect import Flow, flow
from prefect.client.schemas.objects import FlowRun, State

from flows import watch as alerts
from flows.run_names import named
from lib.config import get_settings
from lib.log import configure_logging

__all__ = ["tell_at_once", "watch"]


@flow(name="watch", flow_run_name=named("watch"))
def watch() -> int:
    """One round; returns how many incidents are open."""
    settings = get_settings()
    configure_logging(settings.log_format, settings.log_level)
    return alerts.watch(settings)


def tell_at_once(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """For `on_failure`: a round as soon as a run has failed; Prefect logs what fails in a hook."""
    alerts.watch(get_settings())
