"""What one run of ingestion did, as a Markdown table that a person reads.

It holds names of endpoints, dates, numbers and messages of failure: no content of a row, no key.
The same text is the artifact of a run in Prefect and the event `ingestion_report` in the log.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

import psycopg

from flows.ingest_run import IngestRun, StepOutcome
from lib.clock import now
from lib.raw.batches import Counts
from lib.raw.lag import newest_message_at

__all__ = ["not_started", "projects_report", "run_report"]

HEADER = (
    "| Step | State | Read | New | Changed | Deleted | Rejected | Foreign | Seconds |",
    "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
)
STATES = {
    "ok": "ok",
    "failed": "**failed**",
    "not_offered": "not offered",
    "left": "left to the next run",
}


def run_report(run: IngestRun) -> str:
    """The steps of a run with their rows and seconds, its lag, and how to repeat what failed."""
    project_id = run.project.project_id
    title = f"## Ingestion of project {project_id}"
    lines = [title, "", _summary(run), "", _lag(run), "", *HEADER]
    lines += [
        _row(f"`{done.name}`", done.counts, done.seconds, _state(done)) for done in run.outcomes
    ]
    total = sum((done.counts for done in run.outcomes), Counts())
    seconds = sum(done.seconds for done in run.outcomes)
    lines.append(_row("**all**", total, seconds, ""))
    failed = [done for done in run.outcomes if done.failure]
    if failed:
        lines += ["", "### What failed", "", *(f"- {_one_line(done.failure)}" for done in failed)]
        names = " ".join(f"--window {done.name.replace(' ', ':')}" for done in failed)
        again = f"python -m flows.ingest --project {project_id} {names}"
        lines += ["", f"The next run comes back to it. At once: `{again}`"]
        lines += ["or the deployment `ingest` with the parameter `windows`."]
    return "\n".join([*lines, "", f"Run `{run.run_id}`."])


def not_started(project_id: int, reason: str) -> str:
    """The report of a run that could not begin."""
    return f"## Ingestion of project {project_id}\n\n**Nothing was read.** {_one_line(reason)}"


def projects_report(changed: Mapping[str, int], failures: Mapping[int, str]) -> str:
    """The report of a run over all projects; each has a run and a report of its own."""
    lines = ["## Ingestion of all projects", "", "| Project | Changed rows | State |"]
    lines += ["| ---: | ---: | --- |"]
    lines += [f"| {number} | {rows:,} | ok |" for number, rows in changed.items()]
    lines += [f"| {number} | | **failed** |" for number in failures]
    lines += ["", *(f"- {_one_line(reason)}" for reason in failures.values())]
    return "\n".join(lines).rstrip()


def _summary(run: IngestRun) -> str:
    states = [done.status for done in run.outcomes]
    parts = [f"{states.count('ok')} of {len(states)} steps done"]
    failed = sum(done.failure is not None for done in run.outcomes)
    if failed:
        parts.append(f"**{failed} failed**")
    if left := states.count("left"):
        parts.append(f"{left} left to the next run")
    return ", ".join(parts) + "."


def _lag(run: IngestRun) -> str:
    moment = now()
    newest: datetime | None = None
    # the report of a run whose database went away says the rest
    with suppress(psycopg.OperationalError):
        newest = newest_message_at(run.connection, run.project.project_id, moment)
    if newest is None:
        return "Newest message: none is known."
    local = newest.astimezone(ZoneInfo(run.project.timezone))
    minutes = int((moment - newest).total_seconds() // 60)
    lag = f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"
    return f"Newest message: {local:%Y-%m-%d %H:%M} ({run.project.timezone}), lag **{lag}**."


def _row(name: str, counts: Counts, seconds: float, state: str) -> str:
    numbers = (
        counts.read,
        counts.inserted,
        counts.updated,
        counts.deleted,
        counts.rejected,
        counts.quarantined,
    )
    cells = [name, state, *(f"{number:,}" for number in numbers), f"{seconds:.1f}"]
    return f"| {' | '.join(cells)} |"


def _state(done: StepOutcome) -> str:
    return STATES["failed"] if done.failure else STATES[done.status]


def _one_line(text: str | None) -> str:
    """A message as one line that no table or list of Markdown breaks on."""
    return " ".join((text or "").split()).replace("|", "\\|")
