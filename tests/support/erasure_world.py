"""Two projects with the same person in both, read from an invented API: a person all canary."""

import io
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import Engine, text

from flows.erase import main
from flows.ingest import ingest_project
from lib.config import get_settings
from lib.privacy.contact_key import contact_key
from tests.support.fake_api import (
    ADDRESS,
    HEADER,
    KEYS,
    FakeApi,
    Records,
    contact,
    envelope,
    message,
    on,
    session,
)
from tests.support.raw_view import RawView

PHONE, OTHER = "573001234567", "573000000001"
# the phone whole and in national form, and what else only this person has
CANARIES = ("573001234567", "3001234567", "300 123 4567", "canario")
LABELS, CALLS = "/v1/chat/label", "/v1/call/stats"
ENDPOINTS = {
    "labels": {"path": LABELS, "key": ["id"]},
    "calls_daily": {
        "path": CALLS,
        "group": "statistics",
        "window": {"max_days": 30},
        "key": ["statsDate", "line"],
        "day_field": "statsDate",
    },
}
PROJECT = """
insert into app.projects (
    project_id, slug, name, timezone, backfill_from, agent_mail_domains, endpoint_overrides
)
values (%s, %s, %s, 'America/Bogota', '2026-02-09', '{uno.example}', %s)
"""
CALL = """
insert into raw.api_calls (
    project_id, run_id, endpoint, parameters, called_at, byte_count, ms
)
values
    (%s, 'r1', 'contacts', %s, now(), 0, 1),
    (%s, 'r1', 'contacts', '{"page": 0}', now(), 0, 1)
"""
HUELLA = """
insert into app.huellas values
    (%s, '222222222222', jsonb_build_object('contact', %s::text), 'a', '{}', 1, '{}', now()),
    (%s, '333333333333', '{"contact": "todos"}', 'b', '{}', 1, '{}', now())
"""
SURVEY = '{"flowResponse": {"flowId": "f1", "¿Su nombre?": "Canario", "entity": "Coop Uno"}}'
PERSON: dict[str, Any] = {
    "contactId": PHONE,
    "profileName": "Luz Canario",
    "channelExternalId": "wamid.CANARIO",
    "note": "canario",
}
TABLES = """
select format('%I.%I', n.nspname, c.relname), n.nspname
from pg_class as c
inner join pg_namespace as n on n.oid = c.relnamespace
inner join pg_attribute as a on a.attrelid = c.oid and a.attname = 'project_id'
where n.nspname in ('raw', 'staging', 'build', 'marts', 'app') and c.relkind in ('r', 'v', 'p')
order by 1
"""


@dataclass
class World:
    """The source, the warehouse made from it, and ways to look at both."""

    engine: Engine
    raw: RawView
    api: FakeApi = field(default_factory=lambda: FakeApi(header=(*HEADER, "note")))

    def ingest(self, *projects: int) -> None:
        """Read these projects whole."""
        for project_id in projects or tuple(KEYS):
            ingest_project(
                project_id,
                transport=self.api.transport,
                retries=self.api.retries,
                lock_wait_s=0.0,
                since=date(2026, 2, 9),
                until=date(2026, 2, 12),
            )

    def key(self, project_id: int, phone: str = PHONE) -> str:
        """The contact key that ingestion computes."""
        return contact_key(get_settings().pii_key.get_secret_value(), project_id, phone)

    def naming(self, project_id: int, words: Collection[str] = CANARIES) -> dict[str, int]:
        """Rows of the project by table that hold one of the words anywhere."""
        found = {}
        with self.engine.connect() as connection:
            for table, _schema in connection.execute(text(TABLES)).all():
                query = (
                    f"select count(*) from {table} as row"
                    " where row.project_id = :project and lower(row::text) like any(:words)"
                )
                values = {"project": project_id, "words": [f"%{word}%" for word in words]}
                found[table] = connection.execute(text(query), values).scalar_one()
        return {table: rows for table, rows in found.items() if rows}

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of one statement."""
        return self.raw.rows(query, *values)


def person_messages() -> list[dict[str, str]]:
    """What the canary wrote and got: four messages on the 10th, one on the 11th."""
    return [
        message("m1", "2026-02-10T14:00:00", content="Soy Canario, canario@mail.example", **PERSON),
        message(
            "m2",
            "2026-02-10T14:05:00",
            sendType="operator",
            agentConversationId="600",
            agentId="1201",
            status="channel_delivered",
            **PERSON,
        ),
        message("m3", "2026-02-10T14:06:00", contentType="event", content=SURVEY, **PERSON),
        message(
            "m4",
            "2026-02-10T16:00:00",
            sendType="campaign",
            sendingId="s1",
            status="channel_failed",
            error=f"not on the network: {PHONE}",
            **PERSON,
        ),
        message("m5", "2026-02-11T15:00:00", content="canario otra vez", **PERSON),
    ]


def records() -> Records:
    """One project at the source; both have the same."""
    found = Records()
    found.messages = [
        *person_messages(),
        message("m6", "2026-02-10T15:00:00", contactId=OTHER),
        message("m7", "2026-02-11T15:00:00", contactId=OTHER, content="Buenas"),
        # cannot be loaded and is set aside whole
        message("m8", "mañana", **PERSON) | {"messageDate": "2026-02-10 mañana"},
        message("m9", "mañana", contactId=OTHER) | {"messageDate": "2026-02-10 tarde"},
    ]
    found.contacts = [contact(PHONE, profileName="Luz Canario", mail="canario@mail.example")]
    found.contacts.append(contact(OTHER))
    # the second was never seen in a message
    found.sessions = [session(600, contact=PHONE), session(601, contact=PHONE, remark="canario")]
    return found


@contextmanager
def erasure_world(address: Any, engine: Engine) -> Iterator[World]:
    """Both projects registered, their source set up, nothing read yet."""
    with pytest.MonkeyPatch.context() as settings:
        settings.setenv("INDIGITALL_API_URL", ADDRESS)
        for project_id, key in KEYS.items():
            settings.setenv(f"INDIGITALL_SERVER_KEY_{project_id}", key)
        get_settings.cache_clear()
        world = World(engine, RawView(address))
        labels = [
            {"id": 1, "name": "uno", "who": f"+{PHONE}"},
            {"id": 2, "name": "dos", "who": OTHER},
        ]
        calls = [
            {"statsDate": "2026-02-10", "line": "300 123 4567", "calls": 7},
            {"statsDate": "2026-02-10", "line": 2, "calls": 5},
        ]
        world.api.faults = [
            on(LABELS, lambda _request: envelope(labels)),
            on(CALLS, lambda _request: envelope(calls)),
        ]
        for project_id in KEYS:
            world.api.projects[project_id] = records()
            world.raw.run(PROJECT, project_id, f"p-{project_id}", "Uno", json.dumps(ENDPOINTS))
            world.raw.run(
                "insert into app.entity_rules values (%s, 1, 'contact', %s, 'Coop Dos')",
                project_id,
                world.key(project_id),
            )
            world.raw.run(HUELLA, project_id, world.key(project_id), project_id)
            parameters = json.dumps({"contactId": PHONE})
            world.raw.run(CALL, project_id, parameters, project_id)
        yield world
    get_settings.cache_clear()


def erase_by_phone(said: str, *options: str, project: str = "p-1") -> int:
    """The command as an operator gives it, with the phone on standard input."""
    arguments = ["--project", project, "--by", "Ana Ruiz", "--reason", "solicitud del titular"]
    with patch("sys.stdin", io.StringIO(said)):
        return main([*arguments, *options])
