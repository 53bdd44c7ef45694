"""What one build did, as a Markdown table: projects, days, published or held back, why."""

from sqlalchemy import Engine, text

from flows.transform import AuditFailedError, TransformError, TransformResult

__all__ = ["transform_report"]

DAYS = """
select project_id, min(local_date) as first, max(local_date) as last, count(*) as days
from build.int_work_days group by project_id
"""


def transform_report(engine: Engine, outcome: TransformResult | TransformError) -> str:
    """The report of a build that has just ended; `engine` is one of the owner."""
    title = "## Build and publication"
    if outcome.run_id is None:
        return f"{title}\n\nNothing new: no build ran."
    if not isinstance(outcome, TransformResult | AuditFailedError):
        return f"{title}\n\n**Failed, nothing was published.** {_one_line(str(outcome))}"
    with engine.connect() as connection:
        days = {row.project_id: row for row in connection.execute(text(DAYS))}
    held_back = outcome.held_back if isinstance(outcome, AuditFailedError) else {}
    states = dict.fromkeys(outcome.published, "published")
    for project_id, reason in held_back.items():
        states[project_id] = f"**held back**: {_one_line(reason)}"
    lines = [title, "", "| Project | Days | From | To | State |"]
    lines += ["| ---: | ---: | --- | --- | --- |"]
    for project_id, state in sorted(states.items()):
        found = days.get(project_id)
        span = f"{found.days} | {found.first} | {found.last}" if found else "0 | |"
        lines.append(f"| {project_id} | {span} | {state} |")
    return "\n".join([*lines, "", f"Run `{outcome.run_id}` of app.dbt_runs."])


def _one_line(message: str) -> str:
    return " ".join(message.split()).replace("|", "\\|")
