"""What every campaign did, added up from the sandbox's own book, never from what is served."""

from collections import Counter
from datetime import date

from infra.sandbox.campaigns import CAMPAIGNS, application_rows, campaign_rows

# the product's measure -> the field each channel reports it in; one it does not report is absent
FIELDS = {
    "push": {
        "sent": "numDevicesSent",
        "delivered": "numDevicesSuccess",
        "clicks": "numDevicesClicked",
    },
    "sms": {"sent": "numContactsSent", "clicks": "numContactsClicked", "chunks": "totalChunks"},
    "email": {
        "sent": "numContactsSent",
        "delivered": "numContactsDelivered",
        "reads": "numContactsOpened",
        "clicks": "numContactsClicked",
        "unsubscribes": "numContactsUnsubscribed",
    },
    "whatsapp": {
        "sent": "numContactsSent",
        "delivered": "numContactsDelivered",
        "reads": "numContactsRead",
        "clicks": "numContactsClicked",
        "errors": "numContactsError",
    },
    "inapp": {"sent": "numShown", "clicks": "numClicked"},
}
# channels that have statistics of the whole application beside those of campaigns
WITH_TOTALS = ("push", "sms", "email")


def channel_totals(project_id: int, first: date, last: date) -> dict[str, dict[str, int]]:
    """Per channel each measure it reports, over days both included; sends of no campaign count."""
    totals: dict[str, dict[str, int]] = {}
    for channel in sorted({campaign.channel for campaign in CAMPAIGNS.get(project_id, ())}):
        read = application_rows if channel in WITH_TOTALS else campaign_rows
        counts: Counter[str] = Counter()
        for row in read(project_id, channel, first, last):
            for measure, field in FIELDS[channel].items():
                counts[measure] += int(str(row[field]))
        if counts:
            totals[channel] = dict(counts)
    return totals


def campaign_totals(project_id: int, channel: str, first: date, last: date) -> dict[str, int]:
    """Sent per campaign number over days both included; campaigns that sent nothing are absent."""
    counts: Counter[str] = Counter()
    field = FIELDS[channel]["sent"]
    for row in campaign_rows(project_id, channel, first, last):
        counts[str(row["campaignId"])] += int(str(row[field]))
    return dict(counts)
