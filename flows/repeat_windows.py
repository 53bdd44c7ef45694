"""Repeat single steps by the names they go by in logs, task runs and messages of failure.

chat_history 2026-11-12..2026-11-19      a window: endpoint and the two dates it sends
chat_history:2026-11-12..2026-11-19      the same for a command line
contacts                                 a list has no dates
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from flows.ingest_campaigns import latest_days, load_statistics
from flows.ingest_run import IngestRun
from flows.ingest_steps import load_list, load_messages
from lib.clock import today
from lib.indigitall.endpoints import CHAT_HISTORY, Endpoint
from lib.indigitall.windows import DayRange, Window, source_windows

__all__ = ["WindowNameError", "repeat_windows"]

DAY = r"(\d{4}-\d{2}-\d{2})"
NAME = re.compile(rf"([a-z][a-z0-9_]*)(?:[: ]{DAY}\.\.{DAY})?")


class WindowNameError(Exception):
    """No window is called so; says what was expected. Nothing was read."""


def repeat_windows(run: IngestRun, names: Sequence[str]) -> None:
    """Read these windows and lists, and nothing else. Raises WindowNameError or RunEndedError."""
    for endpoint, window in [_step(run, name) for name in names]:
        if window is None:
            load_list(run, endpoint, latest_days(run, endpoint))
        elif endpoint.name == CHAT_HISTORY.name:
            load_messages(run, [window])
        else:
            load_statistics(run, endpoint, [window])


def _step(run: IngestRun, text: str) -> tuple[Endpoint, Window | None]:
    found = NAME.fullmatch(text.strip())
    if found is None:
        raise WindowNameError(
            f"a name such as {CHAT_HISTORY.name}:2026-11-12..2026-11-19 was expected, as it stands"
            f" in the log, and {text!r} came"
        )
    name, first, last = found.groups()
    endpoint = run.project.endpoints.get(name)
    if endpoint is None or not endpoint.is_default:
        known = sorted(each.name for each in run.project.endpoints.values() if each.is_default)
        raise WindowNameError(f"one of {', '.join(known)} was expected and {name} came")
    has_windows = endpoint.name == CHAT_HISTORY.name or endpoint.day_field is not None
    if has_windows != (first is not None):
        expected = "two dates were" if has_windows else "no dates were"
        raise WindowNameError(f"{expected} expected with {name} and {text!r} came")
    return endpoint, _window(run, endpoint, text, first, last) if first else None


def _window(run: IngestRun, endpoint: Endpoint, text: str, first: str, last: str) -> Window:
    """The window of these two dates, without the days that a purge has removed or would."""
    project, rule = run.project, endpoint.window
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError as error:
        raise WindowNameError(f"two dates were expected and {text!r} came") from error
    begin = max(begin, project.not_before or begin)
    if rule is None or not 0 < (end - begin).days <= rule.max_days:
        most = rule.max_days if rule else 0
        raise WindowNameError(
            f"from 1 to {most} days that the project keeps were expected and {text!r} came"
        )
    if begin > today(project.timezone):
        raise WindowNameError(f"days that have begun were expected and {text!r} came")
    (window,) = source_windows(DayRange(begin, end - timedelta(days=1)), rule)
    return window
