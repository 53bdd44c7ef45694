"""What one run reads, group by group, in the order in which one needs what the other brings."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from flows.ingest_campaigns import load_campaigns
from flows.ingest_run import IngestRun
from flows.ingest_steps import load_list, load_messages, windows_to_read
from flows.repeat_windows import repeat_windows
from lib.indigitall.endpoints import (
    AGENT_CONVERSATIONS,
    APPLICATIONS,
    CHANNELS,
    CHAT_HISTORY,
    CONTACTS,
    GROUPS,
    Group,
)

__all__ = ["Selection", "read_selected"]


@dataclass(frozen=True, slots=True)
class Selection:
    """The endpoints of these groups; of those with windows these local days, else what is due.

    With `windows` only the steps of these names are read, see `flows.repeat_windows`.
    """

    groups: Collection[Group] = GROUPS
    since: date | None = None
    until: date | None = None
    windows: Sequence[str] = ()


def read_selected(run: IngestRun, selection: Selection) -> None:
    """Read it; what came of it stands in the run's outcomes. Raises RunEndedError, WindowNameError.

    Lists come first, then messages; sessions after both, because the scope guard looks for them
    there; campaigns, and what else the project reads, last.
    """
    if selection.windows:
        repeat_windows(run, selection.windows)
        return
    since, until, groups = selection.since, selection.until, selection.groups
    mine = {
        name: endpoint
        for name, endpoint in run.project.endpoints.items()
        if endpoint.is_default and endpoint.group in groups
    }
    for endpoint in (APPLICATIONS, CHANNELS, CONTACTS):
        if endpoint.name in mine:
            load_list(run, mine.pop(endpoint.name))
    if mine.pop(CHAT_HISTORY.name, None):
        load_messages(run, windows_to_read(run, since, until))
    if sessions := mine.pop(AGENT_CONVERSATIONS.name, None):
        load_list(run, sessions)
    load_campaigns(run, list(mine.values()), since, until)
