"""The channels that the settings name; none is a choice as well."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from lib.alerts.book import News
from lib.alerts.mail import Mail
from lib.alerts.webhook import Webhook
from lib.config import Settings

__all__ = ["Channel", "channels_of"]


class Channel(Protocol):
    """A way to tell somebody; the book remembers by its name what it has told."""

    @property
    def name(self) -> str:
        """`webhook` or `mail`."""

    def deliver(self, news: News, at: datetime) -> None:
        """Tell it. Raises DeliveryError."""


def channels_of(settings: Settings) -> Sequence[Channel]:
    """Webhook and mail, each where its settings are complete; which they are the settings check."""
    channels: list[Channel] = []
    if settings.alert_webhook_url:
        secret = settings.alert_webhook_secret
        channels.append(
            Webhook(settings.alert_webhook_url, secret.get_secret_value() if secret else "")
        )
    if settings.alert_mail_to and settings.smtp_host and settings.smtp_from:
        password = settings.smtp_password
        channels.append(
            Mail(
                settings.smtp_host,
                settings.smtp_port,
                settings.smtp_from,
                settings.alert_mail_to,
                settings.smtp_security,
                settings.smtp_user or "",
                password.get_secret_value() if password else "",
            )
        )
    return channels
