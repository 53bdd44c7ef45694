"""Readers that look again and again, each as one project, while something else happens."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from lib.db.tenant import TenantPools, tenant_connection

# one snapshot: the same messages counted three ways, and every row of another project
LOOK = (
    (
        "kpi",
        "select coalesce(sum(message_count), 0) from marts.fct_messages_hourly"
        " where direction in ('inbound', 'bot', 'agent')",
    ),
    ("conversations", "select coalesce(sum(message_count), 0) from marts.fct_conversations"),
    (
        "drill_down",
        "select count(*) from marts.fct_messages where direction in ('inbound', 'bot', 'agent')",
    ),
)
FOREIGN = "select count(*) from marts.{mart} where project_id <> :project_id"
POLLED = ("fct_messages", "fct_conversations", "fct_messages_hourly", "dim_contacts")


@dataclass(slots=True)
class Sample:
    """What one reader saw within one snapshot."""

    project_id: int
    counts: dict[str, int]
    foreign_rows: int


@dataclass(slots=True)
class Poll:
    """Samples so far, and the errors of readers that failed."""

    samples: list[Sample] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def kpis(self, project_id: int) -> list[int]:
        """The KPI a project saw, in order of time, repeats left out."""
        seen: list[int] = []
        for sample in self.samples:
            if sample.project_id == project_id and seen[-1:] != [sample.counts["kpi"]]:
                seen.append(sample.counts["kpi"])
        return seen


@contextmanager
def polling(projects: tuple[int, ...]) -> Iterator[Poll]:
    """One reader per project looks without a pause for as long as the block runs."""
    poll, stop, pools = Poll(), threading.Event(), TenantPools()
    readers = [
        threading.Thread(target=_read, args=(pools, project_id, poll, stop))
        for project_id in projects
    ]
    for reader in readers:
        reader.start()
    try:
        yield poll
    finally:
        stop.set()
        for reader in readers:
            reader.join()
        pools.close()


def _read(pools: TenantPools, project_id: int, poll: Poll, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            poll.samples.append(_look(pools, project_id))
        except SQLAlchemyError as error:
            poll.errors.append(repr(error))
        stop.wait(0.02)


def _look(pools: TenantPools, project_id: int) -> Sample:
    with tenant_connection(pools, project_id) as connection:
        counts = {name: int(connection.execute(text(sql)).scalar_one()) for name, sql in LOOK}
        foreign = sum(
            connection.execute(
                text(FOREIGN.format(mart=mart)), {"project_id": project_id}
            ).scalar_one()
            for mart in POLLED
        )
    return Sample(project_id, counts, foreign)
