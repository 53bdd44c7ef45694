"""The deployments `ingest`: Prefect's schedules, tasks and retries around `flows.ingest`.

In a file of its own because importing Prefect takes almost five seconds of processor time, which
`make run` would pay for each project and each refresh. No step is decided here.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from prefect import Task, flow
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun

from flows.ingest import EXPECTED_FAILURES, ingest_project, projects_to_ingest
from flows.repeat_windows import WindowNameError
from flows.run_names import ingest_run_name
from flows.run_report import not_started, projects_report
from flows.watch_deployment import tell_at_once
from lib.config import get_settings
from lib.indigitall.endpoints import GROUPS, Group
from lib.indigitall.errors import TemporaryError
from lib.log import configure_logging, get_logger
from lib.raw.batches import Counts

log = get_logger("flows.ingest")
# the client has waited and asked again already; a longer outage is left to the next run
RETRY_DELAYS_S = [10.0, 60.0]


class ProjectsFailedError(Exception):
    """Some projects could not be ingested; the others were. Names each with its reason."""


@flow(
    name="ingest",
    flow_run_name=ingest_run_name,
    on_failure=[tell_at_once],
    on_crashed=[tell_at_once],
)
def ingest(
    project_id: int | None = None,
    group: Group | None = None,
    since: date | None = None,
    until: date | None = None,
    windows: list[str] | None = None,
) -> dict[str, int]:
    """Ingest one group of endpoints, or all, of one project; returns the changed rows by project.

    `windows` names the task runs of one project to repeat, such as
    `chat_history 2026-11-12..2026-11-19`; then nothing else is read.

    Without a project every active one is ingested in a run of its own, and one that fails does not
    stop the others. Keys come from the worker's environment, never as parameters, which the server
    stores.
    """
    settings = get_settings()
    configure_logging(settings.log_format, settings.log_level)
    if project_id is not None:
        return {str(project_id): _ingest_one(project_id, group, since, until, windows or [])}
    if windows:
        raise WindowNameError("a project was expected with windows and none came")
    changed: dict[str, int] = {}
    failures: dict[int, str] = {}
    for number in projects_to_ingest(None):
        try:
            changed |= ingest(number, group, since, until)
        except EXPECTED_FAILURES as error:
            log.error("ingestion_failed", project_id=number, error=str(error))
            failures[number] = str(error)
    create_markdown_artifact(projects_report(changed, failures), key=f"ingest-{group or 'all'}")
    if failures:
        raise ProjectsFailedError("; ".join(failures.values()))
    return changed


def _ingest_one(
    project_id: int,
    group: Group | None,
    since: date | None,
    until: date | None,
    windows: Sequence[str],
) -> int:
    """Ingest one project and leave the report as the run's artifact, also when it fails."""
    reports: list[str] = []
    try:
        result = ingest_project(
            project_id,
            since=since,
            until=until,
            groups=(group,) if group else GROUPS,
            windows=windows,
            step=run_as_task,
            on_report=reports.append,
        )
    except EXPECTED_FAILURES as error:
        reports = reports or [not_started(project_id, str(error))]
        raise
    except Exception as error:
        # what nobody expected may quote anything: its kind is enough here, the log has the rest
        reports = reports or [not_started(project_id, f"{type(error).__name__}: see the log.")]
        raise
    finally:
        for report in reports:
            key = f"ingest-{project_id}-{group or 'all'}"
            create_markdown_artifact(report, key=key, description="What this run of ingestion did")
    return result.counts.changed


def run_as_task(name: str, work: Callable[[], Counts]) -> Counts:
    """Run one list or window as a task run of its own, tried again while the cause may heal."""
    step = Task(
        work,
        name=name.partition(" ")[0],
        # one of these may be repeated alone, by this very name
        task_run_name=name,
        retries=len(RETRY_DELAYS_S),
        retry_delay_seconds=RETRY_DELAYS_S,
        retry_condition_fn=may_heal,
        # nothing is kept outside PostgreSQL, and a step has no inputs to recognise it by
        cache_policy=NO_CACHE,
        persist_result=False,
    )
    return step()


def may_heal(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether a failed step deserves another try: a wrong key or a bad answer does not."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, TemporaryError)
