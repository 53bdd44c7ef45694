"""The truth as files: what every message looks like, and what every number must be."""

import json
from collections import Counter
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

from infra.sandbox.served import HEADER, csv_line
from infra.sandbox.truth.numbers import intent_counts, message_counts, metrics
from infra.sandbox.truth.outcomes import outcome_metrics
from infra.sandbox.truth.project import ProjectTruth, world_truth
from infra.sandbox.truth.sessions import SessionTruth
from infra.sandbox.world import World

BREAKDOWNS = (("direction",), ("day", "direction"), ("hour",), ("weekday",), ("entity",))
DERIVED = (
    "wait_seconds",
    "first_response_seconds",
    "handle_seconds",
    "is_handle_over_limit",
    "is_transferred",
    "wait_bucket",
)


def write_truth(world: World, now: datetime, folder: Path) -> list[Path]:
    """Per project `messages_<id>.csv` and `truth_<id>.json`; returns the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for project_id, truth in world_truth(world, now).items():
        history = folder / f"messages_{project_id}.csv"
        lines = [csv_line(values) for values in truth.served.values()]
        history.write_text(HEADER + "".join(lines), encoding="utf-8", newline="")
        numbers = folder / f"truth_{project_id}.json"
        text = json.dumps(_as_json(truth), ensure_ascii=False, indent=1, default=_plain)
        numbers.write_text(text + "\n", encoding="utf-8")
        written += [history, numbers]
    return written


def _as_json(truth: ProjectTruth) -> dict[str, object]:
    days = [message.row.local_date for message in truth.messages]
    first, last = min(days), max(days)
    return {
        "project_id": truth.project_id,
        "first_local_date": first,
        "last_local_date": last,
        "metrics": metrics(truth, first, last) | outcome_metrics(truth, first, last),
        "messages_by": {
            "_".join(by): _listed(message_counts(truth, first, last, by)) for by in BREAKDOWNS
        },
        "intents": {
            intent: {"messages": turns, "conversations": talks}
            for intent, (turns, talks) in sorted(intent_counts(truth, first, last).items())
        },
        "roster": sorted(truth.roster),
        "conversations": [asdict(talk) for talk in truth.conversations],
        "sessions": [_session(truth, session) for session in truth.sessions],
    }


def _session(truth: ProjectTruth, session: SessionTruth) -> dict[str, object]:
    return {
        **asdict(session),
        "message_dates": sorted(session.message_dates),
        "local_date": truth.session_date(session),
        "entity": truth.session_entities[session.session_id],
        **{name: getattr(session, name) for name in DERIVED},
    }


def _listed(counts: Counter[tuple[object, ...]]) -> list[list[object]]:
    """Each key with its count, in order."""
    return sorted(([*map(_plain, key), count] for key, count in counts.items()), key=str)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, (date, datetime)) else value
