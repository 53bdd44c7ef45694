"""Rows, sessions and a configuration small enough to judge by hand."""

from infra.sandbox.served import COLUMNS
from lib.tenants.config import ProjectConfig

ANA, BETO = "573000000001", "573000000002"

SENDERS = {
    "in": {"sendType": "input", "integration": "df"},
    "bot": {"sendType": "dialogflow", "integration": "df"},
    "agent": {"sendType": "operator", "integration": "agent"},
    "note": {"sendType": "note", "integration": "agent"},
    "notice": {"sendType": "agent_notification", "integration": "agent"},
    "campaign": {"sendType": "campaign", "sendingId": "61001"},
    "ai": {"sendType": "ai_answer", "integration": "ai"},
    "other": {"sendType": "somebody"},
}


class Rows:
    """Collects served rows; times are Bogota's as `2026-02-10 09:00:00`."""

    def __init__(self):
        self.values = []

    def add(self, who, at, contact=ANA, **columns):
        """One row; columns by the contract's names."""
        number = str(90_000_001 + len(self.values))
        given = {
            "messageId": number,
            "messageDate": at.replace(" ", "T") + "-05:00",
            "contentType": "text",
            "channel": "cloudapi",
            "contactId": contact,
            "isFallback": "No",
            **SENDERS[who],
            **columns,
        }
        assert set(given) <= set(COLUMNS)
        self.values.append(tuple(given.get(name, "") for name in COLUMNS))
        return number


def session(number, queued, assigned=None, closed=None, contact=ANA, **fields):
    """One row of endpoint 7; times as in Rows.add."""
    times = {"queuedAt": queued, "assignedAt": assigned, "closedAt": closed}
    agent = {"agentId": 1201, "email": "laura@norte.example"} if assigned else {}
    return {
        "agentSessionId": number,
        "conversationSessionId": number,
        "contactId": contact,
        "agentId": None,
        "email": None,
        "channel": "cloudapi",
        "initialAgentSession": 0,
        **agent,
        **{name: at and at.replace(" ", "T") + "-05:00" for name, at in times.items()},
        **fields,
    }


def config(**changes):
    """Project 1: Norte's agents by domain, agent 1209 and a contact by hand, Sur by its aliases."""
    rules = [
        (10, "agent_domain", "match_value", "norte.example", "Norte"),
        (20, "agent", "match_value", "1209", "Sur"),
        (30, "contact", "contact_id", BETO, "Sur"),
        (40, "survey_alias", "match_value", "el sur", "Sur"),
        (50, "survey_alias", "match_value", "norte", "Norte"),
    ]
    given = {
        "project_id": 1,
        "slug": "uno",
        "name": "Uno",
        "backfill_from": "2026-01-01",
        "agent_mail_domains": ["norte.example"],
        "agent_ids": ["1209"],
        "entity_rules": [
            {"priority": place, "rule_kind": kind, name: value, "entity": entity}
            for place, kind, name, value, entity in rules
        ],
    }
    return ProjectConfig.model_validate({**given, **changes})
