"""Rows of the small world that short conversations do not tell: outcomes, surveys, campaigns.

`details` gives rows by mart, few enough to add up by hand; the other project has rows of its own,
large enough to show in any sum they leak into.
"""

from collections.abc import Iterable, Mapping
from datetime import date

Row = dict[str, object]
CAMPAIGNS = {
    "30001": ("push", "Ahorro de febrero", "comercial"),
    "40001": ("sms", "Recordatorio de pago", "cobranza"),
    "60001": ("whatsapp", "Bienvenida", "comercial"),
    "50001": ("email", "Boletín", "sin clasificar"),
    "70001": ("inapp", "Nuevo portal", "sin clasificar"),
    "sin_campana": ("email", "Sin campaña", "sin clasificar"),
}
# first day of the run that makes a contact one of high frequency, by contact and day of February
FREQUENT_SINCE = {("ana", 10): 9, ("beto", 16): 8, ("cami", 17): 16}
FREQUENT_SINCE |= {("hugo", 9): 9, ("hugo", 10): 9}
# of an answer: day, satisfied, first of its survey, surveys sent
ANSWERS = (
    (10, True, True, 5),
    (10, True, False, None),
    (16, True, True, 3),
    (16, True, True, None),
    (17, False, True, None),
    (17, False, True, None),
    (17, None, False, None),
)
MEASURES = ("sent", "delivered", "read", "click", "error", "unsubscribe", "chunk", "billed")
# of a campaign's day: campaign, day, platform, category, the measures in their order, cost
CAMPAIGN_DAYS = (
    ("30001", 10, "android", "", (100, 80, None, 8, 5, 2, None, None), None),
    ("40001", 10, "todas", "", (50, 40, None, None, 1, None, 60, None), 12.5),
    ("60001", 16, "todas", "marketing", (20, 16, 8, 4, None, None, None, 10), 100.25),
    ("60001", 17, "todas", "utility", (5, 5, 2, None, None, None, None, None), None),
    ("50001", 17, "todas", "", (None, 30, 6, 3, None, 1, None, None), None),
    ("70001", 17, "todas", "", (None, None, 9, 5, None, None, None, None), None),
    ("sin_campana", 17, "todas", "", (7, None, None, None, None, None, None, None), None),
)
# of a send to a contact: day, inside the law's scope, compliant, verdict
SENDS = (
    (10, True, True, "cumple"),
    (10, True, True, "cumple"),
    (16, True, True, "cumple"),
    (17, True, False, "fuera de horario"),
    *[(17, False, None, "sin clasificar")] * 3,
)


def frequent_since(contact: str, day: int) -> Row:
    """Since when a contact of the first project writes that often; in the other all do."""
    since = FREQUENT_SINCE.get((contact, day), day if contact == "zoe" else None)
    return {"frequent_since": date(2026, 2, since) if since else None}


def details(project: int, other: int) -> Mapping[str, list[Row]]:
    """Rows of the marts of surveys and campaigns for both projects."""
    return {
        "fct_survey_answers": list(_answers(project, ANSWERS))
        + list(_answers(other, [(10, True, True, 900)])),
        "fct_campaigns_daily": list(_campaign_days(project, CAMPAIGN_DAYS))
        + list(_campaign_days(other, [("30001", 10, "ios", "", (900,) * 8, 900)])),
        "fct_campaign_contacts": list(_sends(project, SENDS))
        + list(_sends(other, [(10, True, True, "cumple")] * 9)),
        "dim_campaigns": [
            {
                "project_id": owner,
                "channel": channel,
                "campaign_id": campaign,
                "campaign_name": name if owner == project else "Secreta",
                "purpose": purpose,
            }
            for owner in (project, other)
            for campaign, (channel, name, purpose) in CAMPAIGNS.items()
        ],
    }


def campaign_channels() -> list[str]:
    """The channels campaigns go out on."""
    return sorted({channel for channel, _name, _purpose in CAMPAIGNS.values()})


def _day(project: int, day: int) -> Row:
    local_date = date(2026, 2, day)
    return {
        "project_id": project,
        "local_date": local_date,
        "local_weekday": local_date.isoweekday(),
    }


def _answers(project: int, rows: Iterable[tuple[int, bool | None, bool, int | None]]) -> list[Row]:
    return [
        _day(project, day)
        | {
            "message_id": f"answer-{number}",
            "contact_key": "ana",
            "agent_id": "7",
            "local_hour": 10,
            "entity": "Norte",
            "channel": "cloudapi",
            "is_satisfied": satisfied,
            "is_first_answer": first,
            "sent_count": sent,
        }
        for number, (day, satisfied, first, sent) in enumerate(rows)
    ]


def _campaign_days(
    project: int,
    rows: Iterable[tuple[str, int, str, str, tuple[int | None, ...], float | None]],
) -> list[Row]:
    return [
        _day(project, day)
        | {
            "campaign_id": campaign,
            "channel": CAMPAIGNS[campaign][0],
            "purpose": CAMPAIGNS[campaign][2],
            "platform": platform,
            "billing_category": category,
            "cost": cost,
        }
        | {f"{name}_count": value for name, value in zip(MEASURES, values, strict=True)}
        for campaign, day, platform, category, values, cost in rows
    ]


def _sends(project: int, rows: Iterable[tuple[int, bool, bool | None, str]]) -> list[Row]:
    return [
        _day(project, day)
        | {
            "message_id": f"send-{number}",
            "contact_key": "eva",
            "channel": "whatsapp",
            "campaign_id": "60001",
            "purpose": "comercial",
            "local_hour": 9,
            "is_in_scope": in_scope,
            "is_compliant": compliant,
            "verdict": verdict,
        }
        for number, (day, in_scope, compliant, verdict) in enumerate(rows)
    ]
