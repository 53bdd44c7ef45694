"""Tell operators what is wrong with the data, once, and when it is over: `python -m flows.watch`.

One round looks at what the database knows of every active project, and sends what each channel has
still to tell. Prefect's deployment `watch` does it every quarter of an hour, and a run of ingestion
or transform that fails does it at once.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Engine, text

from lib.alerts.book import enter, mark_told, news_for
from lib.alerts.channels import Channel, channels_of
from lib.alerts.errors import DeliveryError
from lib.alerts.incidents import current_incidents
from lib.clock import now
from lib.config import Settings, SettingsError, get_settings
from lib.db.engines import engine_for_role, first_connection
from lib.db.roles import OWNER
from lib.db.urls import NoDatabaseError
from lib.log import configure_logging, get_logger

__all__ = ["main", "watch"]

log = get_logger("flows.watch")
# two rounds at once would tell everything twice
LOCK_NUMBER = 0x1D17_A1E7
LOCK = "select pg_try_advisory_lock(:number)"
UNLOCK = "select pg_advisory_unlock(:number)"


def watch(settings: Settings, channels: Sequence[Channel] = ()) -> int:
    """One round; returns how many incidents are open. A round under way elsewhere is enough: 0.

    A channel that cannot deliver is logged, and tells in the next round; the others tell now.
    Raises NoDatabaseError.
    """
    engine = engine_for_role(OWNER, pool_size=2)
    try:
        with first_connection(engine) as lock:
            if not lock.scalar(text(LOCK), {"number": LOCK_NUMBER}):
                log.info("already_watching")
                return 0
            try:
                return _round(engine, settings, channels or channels_of(settings))
            finally:
                lock.execute(text(UNLOCK), {"number": LOCK_NUMBER})
    finally:
        engine.dispose()


def _round(engine: Engine, settings: Settings, channels: Sequence[Channel]) -> int:
    at, quiet = now(), timedelta(hours=settings.alert_quiet_hours)
    with engine.begin() as connection:
        stale_after = timedelta(hours=settings.alert_stale_hours)
        incidents = current_incidents(connection, at, stale_after)
        entries = enter(connection, incidents, at)
    for incident in incidents:
        log.warning(
            "incident_open",
            project_id=incident.project_id,
            kind=incident.kind,
            subject=incident.subject,
            since=incident.since.isoformat(),
        )
    for channel in channels:
        news = news_for(channel.name, entries, at, quiet)
        if not news:
            continue
        try:
            channel.deliver(news, at)
        except DeliveryError as error:
            log.error("alert_not_delivered", channel=channel.name, error=str(error))
            continue
        with engine.begin() as connection:
            mark_told(connection, channel.name, news, at)
        told = {"alerts": len(news.open), "recoveries": len(news.resolved)}
        log.info("alert_delivered", channel=channel.name, **told)
    log.info("watched", open=len(incidents), channels=[channel.name for channel in channels])
    return len(incidents)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: 0 nothing is wrong, 1 incidents are open, 2 nobody could look."""
    parser = argparse.ArgumentParser(prog="python -m flows.watch", description=__doc__)
    parser.parse_args(arguments)
    configure_logging()
    try:
        settings = get_settings()
        configure_logging(settings.log_format, settings.log_level)
        return 1 if watch(settings) else 0
    except (SettingsError, NoDatabaseError) as error:
        log.error("watch_not_possible", error=str(error))
    return 2


if __name__ == "__main__":
    sys.exit(main())
