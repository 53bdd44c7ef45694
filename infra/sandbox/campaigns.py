"""Campaigns of the sandbox: which there are, and what each did on a day of the source.

A pure function of project, campaign and day, so that a second read of a day brings the same rows.
All names are invented.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

Row = dict[str, object]
SENDS_WITHOUT_CAMPAIGN = 5
PLATFORMS = ("android", "ios", "web")
PLATFORM_SHARES = {"android": 0.7, "ios": 0.2, "web": 0.1}


@dataclass(frozen=True, slots=True)
class Campaign:
    """One campaign: sent on these weekdays (0 is Monday) of these months, to about so many."""

    campaign_id: int
    channel: str
    name: str
    size: int
    weekdays: tuple[int, ...]
    months: tuple[int, ...] = tuple(range(1, 13))
    category: str = ""

    def sent(self, project_id: int, day: date) -> int:
        """How many it was sent to on a day; 0 on days it was not sent."""
        if day.weekday() not in self.weekdays or day.month not in self.months:
            return 0
        return int(self.size * self._chance(project_id, day).uniform(0.8, 1.2))

    def share(self, project_id: int, day: date, what: str, usual: float) -> float:
        """A share near the usual one, the same whenever it is asked for."""
        return usual * self._chance(project_id, day, what).uniform(0.85, 1.15)

    def _chance(self, project_id: int, day: date, what: str = "") -> Random:
        return Random(f"{project_id}:{self.channel}:{self.campaign_id}:{day}:{what}")


CAMPAIGNS: dict[int, tuple[Campaign, ...]] = {
    900101: (
        Campaign(40001, "sms", "Cuota de febrero", 900, (0,)),
        Campaign(40002, "sms", "Actualiza tus datos", 400, (2,)),
        Campaign(40003, "sms", "Black Friday", 1500, (4,), months=(11,)),
        Campaign(50001, "email", "Feria de vivienda", 1200, (3,)),
        Campaign(50002, "email", "Crédito educativo", 700, (1,), months=(1, 2, 6, 7)),
        Campaign(
            60001, "whatsapp", "Bienvenida asociados", 60, (0, 1, 2, 3, 4), category="utility"
        ),
        Campaign(60002, "whatsapp", "Crédito educativo", 250, (3,), category="marketing"),
        Campaign(60003, "whatsapp", "Cuota de febrero", 180, (0,), category="utility"),
    ),
    900202: (
        Campaign(30001, "push", "Aviso de tasas", 300, (1, 4)),
        Campaign(30002, "push", "Jornada de afiliación", 500, (5,)),
        Campaign(40101, "sms", "Recordatorio de cuota", 200, (0,)),
        Campaign(70001, "inapp", "Actualiza tus datos", 80, (0, 2, 4)),
    ),
}


def campaigns_of(project_id: int, channel: str) -> tuple[Campaign, ...]:
    """The campaigns of a project on a channel, by number."""
    return tuple(c for c in CAMPAIGNS.get(project_id, ()) if c.channel == channel)


def campaign_rows(project_id: int, channel: str, first: date, last: date) -> Iterator[Row]:
    """Statistics per campaign and day (push: and platform), oldest first, both days included."""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        for campaign in campaigns_of(project_id, channel):
            sent = campaign.sent(project_id, day)
            if sent:
                yield from ROWS[channel](campaign, project_id, day, sent)


def _push(campaign: Campaign, project_id: int, day: date, sent: int) -> Iterator[Row]:
    for platform in PLATFORMS:
        devices = int(sent * PLATFORM_SHARES[platform])
        accepted = int(devices * campaign.share(project_id, day, f"ok {platform}", 0.85))
        yield {
            "campaignId": campaign.campaign_id,
            "statsDate": day.isoformat(),
            "platformGroup": platform,
            "numDevicesSent": devices,
            "numDevicesSuccess": accepted,
            "numDevicesReceived": int(accepted * 0.9),
            "numDevicesClicked": int(
                accepted * campaign.share(project_id, day, f"click {platform}", 0.05)
            ),
        }


def _sms(campaign: Campaign, project_id: int, day: date, sent: int) -> Iterator[Row]:
    # no statistics of SMS are known to tell what was delivered or what it cost
    yield {
        "campaignId": campaign.campaign_id,
        "statsDate": day.isoformat(),
        "numContactsSent": sent,
        "totalChunks": int(sent * 1.2),
        "numContactsClicked": int(sent * campaign.share(project_id, day, "click", 0.04)),
    }


def _email(campaign: Campaign, project_id: int, day: date, sent: int) -> Iterator[Row]:
    bounced, blocked = int(sent * 0.02), int(sent * 0.01)
    delivered = sent - bounced - blocked
    opened = int(delivered * campaign.share(project_id, day, "open", 0.32))
    yield {
        "campaignId": campaign.campaign_id,
        "statsDate": day.isoformat(),
        "numContactsSent": sent,
        "numContactsOpened": opened,
        "numContactsClicked": int(opened * campaign.share(project_id, day, "click", 0.14)),
        "numContactsSpammed": 0,
        "numContactsDelivered": delivered,
        "numContactsBounced": bounced,
        "numContactsBlocked": blocked,
        "numContactsUnsubscribed": int(delivered * 0.003),
    }


def _whatsapp(campaign: Campaign, project_id: int, day: date, sent: int) -> Iterator[Row]:
    failed = int(sent * 0.03)
    delivered = sent - failed
    yield {
        "campaignId": campaign.campaign_id,
        "campaignName": campaign.name,
        "sendingId": campaign.campaign_id * 10_000 + day.toordinal() % 10_000,
        "statsDate": day.isoformat(),
        "channel": "cloudapi",
        "category": campaign.category,
        "billable": True,
        "numContactsSent": sent,
        "numContactsDelivered": delivered,
        "numContactsRead": int(delivered * campaign.share(project_id, day, "read", 0.75)),
        "numContactsClicked": int(delivered * campaign.share(project_id, day, "click", 0.08)),
        "numContactsError": failed,
        "cost": None,
        "currency": None,
    }


def _inapp(campaign: Campaign, project_id: int, day: date, sent: int) -> Iterator[Row]:
    yield {
        "campaignId": campaign.campaign_id,
        "statsDate": day.isoformat(),
        "numShown": sent,
        "numClicked": int(sent * campaign.share(project_id, day, "click", 0.12)),
        "numDismissed": int(sent * 0.5),
    }


ROWS = {"push": _push, "sms": _sms, "email": _email, "whatsapp": _whatsapp, "inapp": _inapp}


def application_rows(project_id: int, channel: str, first: date, last: date) -> list[Row]:
    """Statistics of the whole application per day (push: and platform): campaigns and the rest.

    On the first of each month a few sends belong to no campaign.
    """
    counts: dict[tuple[object, object], Counter[str]] = {}
    for row in campaign_rows(project_id, channel, first, last):
        counted = {k: v for k, v in row.items() if isinstance(v, int) and k != "campaignId"}
        counts.setdefault((row["statsDate"], row.get("platformGroup")), Counter()).update(counted)
    sent = "numDevicesSent" if channel == "push" else "numContactsSent"
    rows: list[Row] = []
    for (day, platform), count in counts.items():
        count[sent] += SENDS_WITHOUT_CAMPAIGN if str(day).endswith("-01") else 0
        named = {"platformGroup": platform} if platform else {}
        rows.append({"statsDate": day, **named, **count})
    return rows
