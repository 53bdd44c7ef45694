"""Whether a day of a project is loaded and published whole, and why not."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, text

__all__ = ["day_problems"]

STATES = """
select endpoint, last_status, last_error, complete_until
from app.sync_state where project_id = :project_id
"""
WAITING = """
select count(*) from raw.batches
where
    project_id = :project_id and status = 'committed' and published_at is null
    and :day = any(touched_dates)
"""
VERSION = """
select held_back_since, held_back_reason from app.data_versions where project_id = :project_id
"""


def day_problems(
    connection: Connection, project_id: int, day: date, endpoints: Mapping[str, bool]
) -> list[str]:
    """What keeps the day from being complete, in words; nothing when it is.

    `endpoints` are those the project reads, true for those that are read by windows of days. One
    that the credential is not offered is no problem: nothing of it is shown.
    """
    values = {"project_id": project_id, "day": day}
    states = {row.endpoint: row for row in connection.execute(text(STATES), values)}
    problems: list[str] = []
    for name, has_windows in endpoints.items():
        state = states.get(name)
        if state is None:
            problems.append(f"{name} was never read")
        elif state.last_status == "failed":
            problems.append(f"{name} failed: {state.last_error}")
        elif state.last_status == "ok" and has_windows and not _reaches(state.complete_until, day):
            problems.append(f"{name} is complete until {state.complete_until or 'no day yet'}")
    version = connection.execute(text(VERSION), values).one_or_none()
    if version is None:
        problems.append("nothing was published yet")
    elif version.held_back_since:
        problems.append(f"held back by the audit: {version.held_back_reason}")
    elif waiting := int(connection.execute(text(WAITING), values).scalar_one()):
        problems.append(f"{waiting} batches of this day are not published yet")
    return problems


def _reaches(complete_until: date | None, day: date) -> bool:
    return complete_until is not None and complete_until >= day
