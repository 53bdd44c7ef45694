"""Marts of two projects with rows few enough to add up by hand, derived from short conversations.

A conversation is written like "8i:saldo 8b 9i:saldo! 10a:7": at 8 the contact writes (intent
saldo), the bot answers, at 9 a turn the bot does not understand, at 10 agent 7 writes. "c" is a
campaign's message, "~" marks a technical intent, "+" a message delivered and "?" one whose delivery
nobody reported. The bot holds a contact until an agent writes.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

from sqlalchemy import Connection, text

from lib.db.mart_checks import TENANT_POLICY
from tests.support.conversation_outcomes import instant, outcome, with_returns
from tests.support.metric_aggregates import AGGREGATES
from tests.support.metric_details import campaign_channels, details, frequent_since

PROJECT, OTHER, EMPTY = 900101, 900202, 900303
Row = dict[str, object]
MESSAGE = re.compile(r"(\d+)([ibac])(?::(\w+))?([!~+?]*)")
LETTERS = {"i": "inbound", "b": "bot", "a": "agent", "c": "campaign"}
STATUSES = {"i": None, "b": "read", "a": "failed", "c": "delivered"}
MARKED = {"+": "delivered", "?": None}
NAMES = {"7": "Laura Gómez", "8": "Andrés Ramírez"}


@dataclass(frozen=True)
class Talk:
    """What one contact wrote and got on one day of February 2026."""

    contact: str
    day: int
    entity: str
    channel: str
    messages: str
    project: int = PROJECT


@dataclass(frozen=True)
class Session:
    """One agent session, times in seconds."""

    contact: str
    day: int
    hour: int
    entity: str
    agent: str | None
    wait: int | None
    first_response: int | None
    handle: int | None
    reason: str | None
    bucket: str | None
    project: int = PROJECT
    channel: str = "cloudapi"


# 9 and 16 February 2026 are Mondays, the 17th is today
TALKS = (
    Talk("ana", 9, "Norte", "cloudapi", "8i:saldo 8b"),
    Talk("ana", 10, "Norte", "cloudapi", "9i:saldo! 9b 9i:credito 9b 10a:7 10i"),
    Talk("beto", 10, "Sur", "cloudapi", "20i:saldo 20b 22a:7 23a:8"),
    Talk("beto", 16, "Sur", "webchat", "7i:bienvenida~ 7b 7i:credito 7b"),
    Talk("cami", 16, "Norte", "cloudapi", "9a:8 9i"),
    Talk("cami", 17, "Norte", "cloudapi", "8i:saldo! 8b 9i:saldo! 9b"),
    Talk("dani", 17, "Sur", "cloudapi", "9a:9"),
    Talk("eva", 17, "Norte", "cloudapi", "6c 6c"),
    Talk("zoe", 10, "Oeste", "cloudapi", "9i:secreto! 9i:secreto! 9i:secreto! 9a:7 9a:7", OTHER),
    Talk("zoe", 17, "Norte", "cloudapi", "9i:secreto! 9b", OTHER),
)
SESSIONS = (
    Session("ana", 10, 10, "Norte", "7", 30, 60, 600, "AGENT_ACTION", "0-1"),
    Session("beto", 10, 22, "Sur", "7", 90, 120, 300, "TIMEOUT", "1-5"),
    Session("beto", 10, 23, "Sur", "8", 600, None, 40000, None, "5-15"),
    Session("cami", 16, 9, "Norte", "8", 0, 10, None, None, "0-1"),
    Session("dani", 17, 9, "Sur", None, None, None, None, None, None),
    Session("zoe", 10, 9, "Oeste", "7", 9999, 9999, 9999, "TIMEOUT", "30+", OTHER),
)


def build_world(
    connection: Connection,
    manifest: Path,
    talks: Sequence[Talk] = TALKS,
    sessions: Sequence[Session] = SESSIONS,
) -> None:
    """Create every mart of the dbt manifest, with row policy and column grants, and fill it."""
    messages = [row for number, talk in enumerate(talks) for row in _messages(number, talk)]
    rows = {
        "fct_messages": messages,
        "fct_conversations": with_returns(_conversations(messages)),
        "fct_agent_sessions": [_session(number, item) for number, item in enumerate(sessions)],
        **_dimensions(messages, sessions),
        **details(PROJECT, OTHER),
    }
    connection.execute(text("create schema if not exists marts"))
    connection.execute(text("grant usage on schema marts to tenant_reader"))
    for name, columns in mart_columns(manifest).items():
        _create(connection, name, columns)
        for row in rows.get(name, ()):
            fields, binds = ", ".join(row), ", ".join(f":{field}" for field in row)
            connection.execute(text(f"insert into marts.{name} ({fields}) values ({binds})"), row)
    for statement in AGGREGATES:
        connection.execute(text(statement))


def mart_columns(manifest: Path) -> Mapping[str, Mapping[str, tuple[str, bool]]]:
    """Of every mart the columns, each with its type and whether it is personal data."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    return {
        node["alias"]: {
            name: (column["data_type"], bool(column["config"]["meta"].get("pii")))
            for name, column in node["columns"].items()
        }
        for node in nodes
        if node["resource_type"] == "model" and node["config"]["meta"].get("mart")
    }


def _create(connection: Connection, name: str, columns: Mapping[str, tuple[str, bool]]) -> None:
    types = ", ".join(f"{column} {kind}" for column, (kind, _pii) in columns.items())
    shown = ", ".join(column for column, (_kind, pii) in columns.items() if not pii)
    for statement in (
        f"create table marts.{name} ({types})",
        f"alter table marts.{name} enable row level security",
        f"alter table marts.{name} force row level security",
        f"create policy tenant_rows on marts.{name} for select to tenant_reader"
        f" using ({TENANT_POLICY})",
        f"grant select ({shown}) on marts.{name} to tenant_reader",
    ):
        connection.exec_driver_sql(statement)


def _messages(number: int, talk: Talk) -> Iterator[Row]:
    local_date, with_agent = date(2026, 2, talk.day), False
    for place, (hour, letter, detail, marks) in enumerate(MESSAGE.findall(talk.messages)):
        inbound, with_agent = letter == "i", with_agent or letter == "a"
        intent = (detail or None) if letter in "ib" else None
        yield {
            "project_id": talk.project,
            "message_id": f"{number}-{place}",
            "contact_key": talk.contact,
            "local_date": local_date,
            "sent_at": instant({"local_date": local_date, "local_hour": hour}),
            "local_hour": int(hour),
            "local_weekday": local_date.isoweekday(),
            "entity": talk.entity,
            "channel": talk.channel,
            "direction": LETTERS[letter],
            "intent": intent,
            "is_technical_intent": ("~" in marks) if intent else None,
            "is_fallback": "!" in marks,
            "delivery_status": MARKED.get(marks, STATUSES[letter]),
            "is_out_of_hours": not 8 <= int(hour) < 18 if inbound else None,
            "is_bot_handled": inbound and not with_agent,
            # rows of a contact inside a session name the session's agent too
            "agent_id": detail if letter == "a" else "7" if inbound and with_agent else None,
            "is_on_roster": (detail in NAMES) if letter == "a" else None,
            "body": "texto privado",
        }


def _conversations(messages: Sequence[Row]) -> Iterator[Row]:
    keys = ("project_id", "contact_key", "local_date")
    for key, group in groupby(messages, key=lambda row: [row[name] for name in keys]):
        rows = [row for row in group if row["direction"] != "campaign"]
        if not rows:
            continue
        has_bot = any(row["is_bot_handled"] or row["direction"] == "bot" for row in rows)
        has_agent = any(row["direction"] == "agent" for row in rows)
        first = next((row for row in rows if row["direction"] == "inbound"), rows[0])
        yield {
            **dict(zip(keys, key, strict=True)),
            **{name: first[name] for name in ("entity", "channel", "local_hour", "local_weekday")},
            "conversation_type": "mixed"
            if has_bot and has_agent
            else "bot"
            if has_bot
            else "agent",
            "message_count": len(rows),
            **{
                f"{kind}_message_count": sum(row["direction"] == kind for row in rows)
                for kind in ("inbound", "bot", "agent")
            },
            "fallback_count": sum(bool(row["is_fallback"]) for row in rows),
            "has_bot_turn": has_bot,
            "is_handed_off": has_bot and has_agent,
            **frequent_since(str(key[1]), int(str(key[2])[-2:])),
            **outcome(rows, has_bot=has_bot, has_human=has_agent, today=date(2026, 2, 17)),
        }


def _session(number: int, session: Session) -> Row:
    local_date = date(2026, 2, session.day)
    return {
        "project_id": session.project,
        "agent_session_id": str(number),
        "contact_key": session.contact,
        "agent_id": session.agent,
        "entity": session.entity,
        "channel": session.channel,
        "local_date": local_date,
        "local_hour": session.hour,
        "local_weekday": local_date.isoweekday(),
        "wait_seconds": session.wait,
        "first_response_seconds": session.first_response,
        "handle_seconds": session.handle,
        "is_handle_over_limit": (session.handle or 0) > 8 * 3600,
        "is_open": session.handle is None,
        "wait_business_seconds": session.wait and session.wait // 2,
        "queued_at": None if session.first_response == 10 else f"{local_date} 15:00+00",
        "assigned_at": session.agent and f"{local_date} 15:01+00",
        "closed_at": session.handle
        and f"{local_date + timedelta(session.handle > 8 * 3600)} 16:00+00",
        "is_queue_abandoned": session.wait is None,
        "has_impossible_times": bool(session.wait),
        "close_reason": session.reason,
        "wait_bucket": session.bucket,
    }


def _dimensions(messages: Sequence[Row], sessions: Sequence[Session]) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = {"dim_projects": [], "dim_agents": [], "dim_contacts": []}
    found |= {"dim_entities": [], "dim_channels": [], "dim_intents": []}
    for project in sorted({int(str(row["project_id"])) for row in messages}):
        own = [row for row in messages if row["project_id"] == project]
        key = {"project_id": project}
        days = [str(row["local_date"]) for row in own]
        found["dim_projects"].append(
            key
            | {
                "timezone": "America/Bogota",
                "first_local_date": min(days),
                "last_local_date": max(days),
            }
        )
        agents = {row["agent_id"] for row in own} | {
            item.agent for item in sessions if item.project == project
        }
        found["dim_agents"] += [
            key
            | {
                "agent_id": agent,
                "agent_name": NAMES.get(str(agent)),
                "is_on_roster": agent in NAMES,
            }
            for agent in agents - {None}
        ]
        found["dim_contacts"] += [
            key
            | {
                "contact_key": contact,
                "contact_masked": f"+57 3** *** **{index:02}",
                "contact_id": "573001234567",
            }
            for index, contact in enumerate(sorted({str(row["contact_key"]) for row in own}))
        ]
        found["dim_entities"] += [key | {"entity": name} for name in {row["entity"] for row in own}]
        spoken = {row["channel"] for row in own}
        found["dim_channels"] += [
            key
            | {
                "channel": name,
                "channel_label": name,
                "has_conversations": name in spoken,
                "has_campaigns": name in campaign_channels(),
            }
            for name in spoken.union(campaign_channels())
        ]
        intents = {(row["intent"], row["is_technical_intent"]) for row in own if row["intent"]}
        found["dim_intents"] += [
            key | {"intent": intent, "is_technical_intent": technical}
            for intent, technical in intents
        ]
    return found
