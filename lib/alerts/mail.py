"""Alerts as a plain mail through the operator's SMTP server."""

import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Literal

from lib.alerts import wording
from lib.alerts.book import News
from lib.alerts.errors import DeliveryError
from lib.log import get_logger

__all__ = ["Mail", "Security"]

log = get_logger(__name__)
Security = Literal["starttls", "tls", "none"]
TIMEOUT_S = 15.0


@dataclass(frozen=True, slots=True)
class Mail:
    """From whom, to whom, through which server; `none` sends in the clear, for loopback only."""

    host: str
    port: int
    sender: str
    recipients: tuple[str, ...]
    security: Security = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    name: str = "mail"

    def deliver(self, news: News, at: datetime) -> None:
        """Send one mail to every recipient. Raises DeliveryError."""
        message = EmailMessage()
        message["Subject"] = wording.subject(news)
        message["From"] = self.sender
        message["To"] = ", ".join(self.recipients)
        message["Date"] = format_datetime(at)
        message["Message-ID"] = make_msgid(domain=self.sender.partition("@")[2])
        # answering machines are asked to keep quiet
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(wording.body(news))
        try:
            with self._server() as server:
                if self.security == "starttls":
                    server.starttls(context=ssl.create_default_context())
                if self.user:
                    server.login(self.user, self.password)
                refused = server.send_message(message)
        except (smtplib.SMTPException, OSError) as error:
            # an answer of the server may repeat the login or a recipient
            raise DeliveryError(
                self.name, f"delivery was expected and {type(error).__name__} came"
            ) from None
        if refused:
            # the others have it; sending it again would not change that
            log.warning("recipients_refused", count=len(refused), of=len(self.recipients))

    def _server(self) -> smtplib.SMTP:
        if self.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_S, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S)
