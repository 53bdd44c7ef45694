"""One step of an ingestion run: done, put on record, and what happens when it fails.

A step is one list or one window. One that fails goes on record and the run goes on with the others,
because each can be repeated alone; the run fails at its end and names them all. Only what no other
step could survive ends the run at once: a refused credential, a lost database, the run's deadline,
an API that does not answer.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from time import monotonic

import psycopg

from flows.ingest_run import IngestRun, RunEndedError, StepOutcome, facts
from flows.progress import Progress
from lib.indigitall.endpoints import Endpoint
from lib.indigitall.errors import (
    CredentialError,
    IndigitallError,
    NotOfferedError,
    RunDeadlineError,
    TemporaryError,
)
from lib.indigitall.windows import Window
from lib.log import get_logger
from lib.raw.batches import Counts
from lib.raw.sync_state import record_failure, record_not_offered

__all__ = ["take_step", "take_windows"]

log = get_logger("flows.ingest")

# So many steps in a row without an answer: the API is down, and the rest waits for the next run.
GIVE_UP_AFTER = 3


class DatabaseRefusedError(Exception):
    """The database did not take what a step brought; says no more than which kind of error."""


class DatabaseLostError(DatabaseRefusedError):
    """The database is gone, full or locked: no other step can commit either."""


def take_windows(
    run: IngestRun,
    endpoint: Endpoint,
    windows: list[Window],
    reading: Callable[[Window], Callable[[], Counts]],
) -> None:
    """Read windows one by one, each committed before the next is asked for.

    While the API does not answer, those in between are left to the next run and the last one is
    tried: a source that cannot give old days must not keep the new ones out.
    """
    progress = Progress(len(windows))
    for window in windows:
        if run.unanswered >= GIVE_UP_AFTER and window is not windows[-1]:
            run.outcomes.append(StepOutcome(endpoint.name, window, "left"))
            progress.add(Counts())
            continue
        outcome = take_step(run, endpoint, reading(window), window)
        if outcome.status == "not_offered":
            return
        how_far = progress.add(outcome.counts)
        if outcome.status == "ok":
            log.info(
                "window_loaded",
                endpoint=endpoint.name,
                window=str(window),
                **how_far,
                **facts(outcome.counts),
            )
    failed = [done for done in run.outcomes if done.endpoint == endpoint.name and done.failure]
    if failed:
        # a window that was read after them has put the endpoint down as in order
        errors = "; ".join(done.failure or "" for done in failed)
        with suppress(psycopg.OperationalError):
            record_failure(run.connection, run.project.project_id, endpoint.name, errors)


def take_step(
    run: IngestRun, endpoint: Endpoint, work: Callable[[], Counts], window: Window | None = None
) -> StepOutcome:
    """Do one step and put its outcome on record, in the run and in the sync state.

    Raises RunEndedError when no step after it could succeed.
    """
    step = StepOutcome(endpoint.name, window, "ok")
    began = monotonic()
    try:
        counts = run.step(step.name, _discreet(work))
    except (IndigitallError, DatabaseRefusedError) as error:
        outcome = _failed(run, endpoint, step, error)
        is_over = isinstance(error, CredentialError | RunDeadlineError | DatabaseLostError)
        run.unanswered = run.unanswered + 1 if isinstance(error, TemporaryError) else 0
    else:
        outcome, is_over, run.unanswered = replace(step, counts=counts), False, 0
    finally:
        # a lost connection is the failure itself, which must be heard
        with suppress(psycopg.OperationalError):
            run.calls.write(run.connection)
    outcome = replace(outcome, seconds=monotonic() - began)
    run.outcomes.append(outcome)
    if is_over or run.unanswered > GIVE_UP_AFTER:
        raise RunEndedError(outcome.failure)
    return outcome


def _discreet(work: Callable[[], Counts]) -> Callable[[], Counts]:
    """The work, whose errors of the database say no more than their kind.

    The text of such an error may quote the row it failed on: it goes neither into a log nor to
    Prefect, which stores the error of a task.
    """

    def discreet() -> Counts:
        try:
            return work()
        except psycopg.Error as error:
            what = f"the database refused it ({type(error).__name__} {error.sqlstate or ''})"
            is_lost = isinstance(error, psycopg.OperationalError)
            raise (DatabaseLostError if is_lost else DatabaseRefusedError)(what) from None

    return discreet


def _failed(run: IngestRun, endpoint: Endpoint, step: StepOutcome, error: Exception) -> StepOutcome:
    """The outcome of a step that failed, or of an endpoint that may be missing and is."""
    project_id, name = run.project.project_id, endpoint.name
    is_missing = isinstance(error, NotOfferedError)
    # a lost connection cannot take the note, and the failure itself is what must be heard
    with suppress(psycopg.OperationalError):
        if is_missing and not endpoint.is_required:
            record_not_offered(run.connection, project_id, name, str(error))
        else:
            record_failure(run.connection, project_id, name, f"{step.name}: {error}")
    if is_missing and not endpoint.is_required:
        log.warning("endpoint_not_offered", endpoint=name)
        return replace(step, status="not_offered")
    log.error("step_failed", step=step.name, error=str(error))
    return replace(
        step,
        status="not_offered" if is_missing else "failed",
        failure=f"project {project_id}, {step.name}: {error}",
    )
