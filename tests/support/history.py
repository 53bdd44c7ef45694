"""A warehouse with a past: one build after the other, each remembered for many tests."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy import Engine, text

from flows.transform import AuditFailedError, BuildFailedError, transform
from lib.db.engines import admin_engine
from lib.db.verify import find_faults
from tests.support.marts import Rows, personal_columns, query, read_marts
from tests.support.polling import Poll, polling
from tests.support.raw_source import Message, RawSource, Session, at

A, B = 101, 202
# the histories of these tests know no campaigns and no forms
WITHOUT_ROWS = frozenset(
    {"dim_campaigns", "fct_campaign_contacts", "fct_campaigns_daily", "fct_survey_answers"}
)
SESSION = Session(
    session_id="1",
    queued_at=at("2026-02-10 23:00"),
    assigned_at=at("2026-02-10 23:02"),
    closed_at=at("2026-02-11 08:00"),
)
FIRST = (
    Message(message_id="m1", sent_at=at("2026-02-10 22:30"), intent="[1.2] consulta_saldo"),
    Message(message_id="m2", sent_at=at("2026-02-10 22:31"), send_type="dialogflow"),
    Message(message_id="m3", sent_at=at("2026-02-10 23:03"), send_type="operator", session=SESSION),
    Message(message_id="m4", sent_at=at("2026-02-12 09:00"), contact="c2"),
    Message(message_id="m5", sent_at=at("2026-02-17 09:00"), contact="c3"),
)


@dataclass(slots=True)
class History:
    """What stood in the marts after each build, by its name, and what the readers saw meanwhile."""

    owner: Engine
    a: RawSource
    b: RawSource
    marts: dict[str, dict[int, dict[str, Rows]]] = field(default_factory=dict)
    versions: dict[str, dict[int, tuple[Any, ...]]] = field(default_factory=dict)
    polls: dict[str, Poll] = field(default_factory=dict)
    errors: dict[str, Exception] = field(default_factory=dict)
    faults: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def remember(self, name: str) -> None:
        """Keep the published state under this name."""
        self.marts[name] = {id_: read_marts(self.owner, [id_]) for id_ in (A, B)}
        rows = query(
            self.owner,
            "select project_id, data_version, held_back_since, held_back_reason, loaded_until,"
            " data_until from app.data_versions",
        )
        self.versions[name] = {row[0]: row[1:] for row in rows}
        admin = admin_engine()
        with admin.connect() as connection:
            self.faults[name] = find_faults(connection, personal_columns())
        admin.dispose()

    def message_ids(self, name: str, project_id: int) -> list[str]:
        """The messages published then, in order of their ids."""
        rows = self.marts[name][project_id]["fct_messages"]
        return sorted(
            value for row in rows for value in row if str(value)[:1] == "m" and len(value) < 4
        )

    def execute(self, statement: str) -> None:
        """Run a statement as the owner."""
        with self.owner.begin() as connection:
            connection.execute(text(statement))


def build_history(
    new_source: Callable[..., RawSource], owner: Engine, clock: pytest.MonkeyPatch
) -> History:
    """Two projects through six builds; each step says what the tests read off it."""
    story = History(
        owner, new_source(A, rules=[("agent_domain", "coop.example", "Coop Uno")]), new_source(B)
    )
    for source in (story.a, story.b):
        source.load(FIRST, [SESSION], contacts=[("c4", {"profileName": "Zoé"})])
    transform()
    story.remember("first")

    # b: a batch that took long is committed after a later one; a: a row moves in silence
    slow = story.b.load([Message(message_id="m6", sent_at=at("2026-02-05 08:00"))])
    story.execute(f"update raw.batches set status = 'loading' where batch_id = {slow}")
    story.b.load([Message(message_id="m7", sent_at=at("2026-02-13 08:00"))])
    story.a.messages.pop("m4")
    story.a.load([replace(FIRST[3], sent_at=at("2026-01-20 09:00"))])
    with pytest.raises(AuditFailedError) as held_back:
        transform()
    story.errors["held back"] = held_back.value
    story.remember("held back")

    # b: the slow batch arrives, a whole day vanishes at the source; a: mended by naming both days
    story.execute(f"update raw.batches set status = 'committed' where batch_id = {slow}")
    story.b.load(gone=["m4"])
    transform(since=at("2026-02-12 12:00").date(), until=at("2026-02-12 12:00").date())
    story.remember("mended")

    # a column the published table has not got yet, while both projects look
    story.execute("alter table marts.fct_messages drop column sending_id")
    story.execute("alter table marts.dim_agents disable row level security")
    story.execute("grant select on marts.dim_entities to tenant_reader")
    for source in (story.a, story.b):
        source.load([Message(message_id="m8", sent_at=at("2026-02-13 09:00"), sending_id="s1")])
    with polling((A, B)) as story.polls["increment"]:
        transform()
    story.remember("increment")

    # a renamed column needs all days, and says so
    story.execute("alter table marts.dim_channels rename column channel_label to label")
    story.a.load([Message(message_id="m9", sent_at=at("2026-02-14 09:00"))])
    with pytest.raises(BuildFailedError) as renamed:
        transform()
    story.errors["renamed"] = renamed.value
    story.remember("renamed")
    with polling((A, B)) as story.polls["full refresh"]:
        transform(full_refresh=True)
    story.remember("full refresh")

    # nothing arrives, but a day passes: what was provisional is final; b alone gets a new rule
    clock.setenv("INDIGITALL_NOW", "2026-02-18T10:00:00-05:00")
    with owner.begin() as connection:
        story.b.set_rules(connection, [("agent_domain", "coop.example", "Coop Dos")])
    transform()
    story.remember("next day")
    return story
