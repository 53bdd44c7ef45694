"""What campaign questions can be narrowed by in a project: campaigns, their purposes, channels."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from lib.metrics.errors import UnknownCampaignError, UnknownNameError, UnknownPurposeError
from lib.metrics.filters import PLATFORMS, Filters
from lib.metrics.options import sort_key
from lib.metrics.scope import Scope

CAMPAIGNS = text("select campaign_id, campaign_name, purpose from marts.dim_campaigns")
CHANNELS = text("select channel from marts.dim_channels where has_campaigns")
NAMES = text("""
select campaign_id, campaign_name from marts.dim_campaigns where campaign_id = any(:campaigns)
""")


@dataclass(frozen=True, slots=True)
class CampaignOptions:
    """Names of a project's campaigns, sorted as a reader expects; campaigns as (id, name)."""

    campaigns: tuple[tuple[str, str], ...]
    channels: tuple[str, ...]
    purposes: tuple[str, ...]
    platforms: tuple[str, ...] = PLATFORMS


def load_campaign_options(connection: Connection, scope: Scope) -> CampaignOptions:
    """What campaign questions of the connection's project can be filtered by.

    Campaigns know no entity: for a reader limited to some there is none.
    """
    if scope.is_limited:
        return CampaignOptions((), (), ())
    rows = connection.execute(CAMPAIGNS).all()
    named = {row.campaign_id: row.campaign_name or row.campaign_id for row in rows}
    purposes = {row.purpose for row in rows if row.purpose}
    channels: list[str] = list(connection.execute(CHANNELS).scalars())
    return CampaignOptions(
        campaigns=tuple(sorted(named.items(), key=lambda pair: sort_key(pair[1]))),
        channels=tuple(sorted(channels, key=sort_key)),
        purposes=tuple(sorted(purposes, key=sort_key)),
    )


def campaign_names(connection: Connection, campaigns: Iterable[str]) -> Mapping[str, str]:
    """Shown name of each of these campaigns by its id; one without a name is left out."""
    rows = connection.execute(NAMES, {"campaigns": list(campaigns)})
    return {row.campaign_id: row.campaign_name for row in rows if row.campaign_name}


def check_campaign_names(filters: Filters, options: CampaignOptions) -> None:
    """Raise an UnknownNameError for the first campaign or purpose the project does not have."""
    ids = tuple(campaign for campaign, _name in options.campaigns)
    checks: tuple[tuple[type[UnknownNameError], tuple[str, ...], tuple[str, ...]], ...] = (
        (UnknownCampaignError, filters.campaigns, ids),
        (UnknownPurposeError, filters.purposes, options.purposes),
    )
    for error, given, known in checks:
        for name in given:
            if name not in known:
                raise error(name, known)
