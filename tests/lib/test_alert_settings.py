"""Settings of alerts: what would send in the clear, or to nobody, is refused at the start."""

from secrets import token_hex

import pytest

from lib.config import SettingsError, load_settings

MAIL = {"ALERT_MAIL_TO": "ops@example.org", "SMTP_HOST": "mail.example.org"}
SENDER = {"SMTP_FROM": "avisos@example.org"}


@pytest.fixture
def load(tmp_path):
    """Complete settings with these besides."""
    base = {
        "INDIGITALL_HOME": str(tmp_path),
        "INDIGITALL_MASTER_SECRET": token_hex(32),
        "INDIGITALL_PII_KEY": token_hex(32),
    }
    return lambda given: load_settings(base | given)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"ALERT_WEBHOOK_URL": "http://hooks.example.org/x"},
            "ALERT_WEBHOOK_URL: se esperaba https",
        ),
        ({**MAIL, **SENDER, "SMTP_SECURITY": "none"}, "SMTP_SECURITY: none solo se acepta"),
        (MAIL, "ALERT_MAIL_TO: necesita también SMTP_HOST y SMTP_FROM"),
        (
            {**MAIL, **SENDER, "ALERT_MAIL_TO": "ops@example.org, nobody"},
            "ALERT_MAIL_TO: se esperaba",
        ),
        ({**MAIL, "SMTP_FROM": "a@b.co\r\nBcc: c@d.co"}, "SMTP_FROM: se esperaba una dirección"),
        ({"ALERT_QUIET_HOURS": "0"}, "ALERT_QUIET_HOURS: "),
    ],
    ids=["plain http", "mail in the clear", "no sender", "no address", "a header", "no quiet"],
)
def test_what_cannot_be_meant_is_refused_by_name(load, given, expected):
    with pytest.raises(SettingsError) as refused:
        load(given)
    assert any(fault.startswith(expected) for fault in refused.value.faults), refused.value.faults


def test_several_recipients_and_loopback_receivers_are_accepted(load):
    settings = load(
        {
            **SENDER,
            "ALERT_MAIL_TO": "ops@example.org, turno@example.org",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_SECURITY": "none",
            "ALERT_WEBHOOK_URL": "http://127.0.0.1:9000/hook",
        }
    )
    assert settings.alert_mail_to == ("ops@example.org", "turno@example.org")
    assert (settings.alert_quiet_hours, settings.alert_stale_hours) == (6, 2)
