"""The invented customers of a benchmark: twenty projects, one of which holds half of the traffic.

Everything follows from the project's place, its size and a seed, so a later call finds the same
people again: a day that is added belongs to the contacts and agents of the days before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from lib.privacy.contact_key import contact_key
from lib.tenants.config import EntityRule, ProjectConfig

FIRST_PROJECT_ID = 910_001
PROJECTS = 20
BIG_SHARE = 0.5
MESSAGES_PER_CONTACT = 45
ENTITY_NAMES = ("Norte", "Sur", "Centro", "Oriente", "Occidente", "Llanos", "Caribe", "Andes")
WEBCHAT_SHARE, LISTED_SHARE, INSTANCE_SHARE = 0.08, 0.98, 0.6
UNKNOWN_SPELLING = "la de mi pueblo"


@dataclass(frozen=True, slots=True)
class BenchProject:
    """One project: how many messages its history has, and who writes and answers in it."""

    project_id: int
    place: int
    size: int

    @property
    def entities(self) -> tuple[str, ...]:
        """The cooperatives inside the project."""
        return ENTITY_NAMES if self.place == 0 else ENTITY_NAMES[:3]

    @property
    def contact_count(self) -> int:
        """People who write; a few of them much more than the others."""
        return max(20, self.size // MESSAGES_PER_CONTACT)

    @property
    def agent_count(self) -> int:
        """People who answer."""
        return 64 if self.place == 0 else 9

    def domain(self, place: int) -> str:
        """The mail domain of one entity."""
        return f"{self.entities[place % len(self.entities)].lower()}{self.place}.example"

    def config(self, first_day: date) -> ProjectConfig:
        """Rules by mail domain and by survey answer; every other project by channel as well."""
        found = [
            ("agent_domain", self.domain(place), name) for place, name in enumerate(self.entities)
        ]
        found += [("survey_alias", f"cooperativa {name}", name) for name in self.entities]
        if self.place % 2:
            found += [("channel_instance", "41", self.entities[0])]
        return ProjectConfig(
            project_id=self.project_id,
            slug=f"bench-{self.place}",
            name=f"Bench {self.place}",
            is_demo=True,
            backfill_from=first_day,
            agent_mail_domains=tuple(self.domain(place) for place in range(len(self.entities))),
            agent_names={str(1000 + number): f"Agente {number}" for number in range(3)},
            entity_rules=tuple(
                EntityRule.model_validate(
                    {"priority": 10 * n, "rule_kind": kind, "match_value": value, "entity": entity}
                )
                for n, (kind, value, entity) in enumerate(found, start=1)
            ),
        )


@dataclass(frozen=True, slots=True)
class People:
    """The contacts of a project, by number: what their rows say of them."""

    project: BenchProject
    contact_ids: list[str]
    keys: list[str]
    channels: list[str]
    names: list[str]
    home_entity: NDArray[np.int64]


def bench_projects(size: int) -> list[BenchProject]:
    """Twenty projects that add up to about `size` messages, the first with half of them."""
    rest = int(size * (1 - BIG_SHARE)) // (PROJECTS - 1)
    return [
        BenchProject(
            FIRST_PROJECT_ID + place, place, size - rest * (PROJECTS - 1) if not place else rest
        )
        for place in range(PROJECTS)
    ]


def draw_people(project: BenchProject, pii_key: str, seed: int) -> People:
    """The project's contacts; the same for the same seed."""
    rng = np.random.default_rng([seed, project.place, 1])
    count = project.contact_count
    contact_ids = [f"57{3_000_000_000 + project.place * 10_000_000 + n}" for n in range(count)]
    on_web = rng.random(count) < WEBCHAT_SHARE
    return People(
        project,
        contact_ids=contact_ids,
        keys=[contact_key(pii_key, project.project_id, contact_id) for contact_id in contact_ids],
        channels=["webchat" if web else "cloudapi" for web in on_web.tolist()],
        names=[f"Contacto {n}" for n in range(count)],
        home_entity=rng.integers(0, len(project.entities), count),
    )


def contact_records(people: People, seed: int) -> Iterator[dict[str, object]]:
    """The list of contacts as the API gives it; a few who have written are not on it."""
    project = people.project
    rng = np.random.default_rng([seed, project.place, 2])
    count = len(people.keys)
    listed = rng.random(count) < LISTED_SHARE
    known = rng.random(count) < (INSTANCE_SHARE if project.place % 2 else 0.0)
    for number in range(count):
        if listed[number]:
            yield {
                "id": number + 1,
                "contactId": people.contact_ids[number],
                "profileName": people.names[number],
                "channel": people.channels[number],
                "instanceId": int(41 + number % 2) if known[number] else None,
                "agentId": None,
                "chatAllowed": True,
            }
