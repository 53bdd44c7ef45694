"""Webhook and mail against real receivers on loopback."""

import hmac
import json
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from infra.children import find_free_port
from lib.alerts.book import Entry, News
from lib.alerts.errors import DeliveryError
from lib.alerts.incidents import Incident
from lib.alerts.mail import Mail
from lib.alerts.webhook import SIGNATURE, TIMESTAMP, Webhook
from tests.support.receivers import mail_receiver, webhook_receiver

AT = datetime(2026, 2, 17, 15, 0, tzinfo=UTC)
NEWS = News((Entry(Incident(1, "demo", "stale", "chat_history", AT), 2, None, {}, {}),), ())
SECRET = "a-shared-secret"


@pytest.fixture
def posts():
    with webhook_receiver() as found:
        yield found


@pytest.fixture
def mailbox():
    with mail_receiver(find_free_port(0)) as found:
        yield found


def mail(port, **options):
    given = {"recipients": ("ops@example.org", "turno@example.org"), "security": "none"} | options
    return Mail("127.0.0.1", port, "avisos@example.org", **given)


def test_a_post_has_a_text_for_people_and_the_facts_for_programs(posts):
    Webhook(posts.url).deliver(NEWS, AT)

    ((headers, body),) = posts.received
    content = json.loads(body)
    assert content["text"].startswith("Analítica: 1 alerta (demo)\n[ALERTA] demo: no se lee")
    assert content["alerts"] == [
        {
            "project": "demo",
            "kind": "stale",
            "subject": "chat_history",
            "since": "2026-02-17T15:00:00+00:00",
            "times": 2,
            "resolved_at": None,
        }
    ]
    assert SIGNATURE not in headers


def test_a_signed_post_can_be_verified_with_the_shared_secret(posts):
    Webhook(posts.url, SECRET).deliver(NEWS, AT)

    ((headers, body),) = posts.received
    signed = hmac.digest(SECRET.encode(), headers[TIMESTAMP].encode() + b"." + body, "sha256")
    assert headers[SIGNATURE] == f"sha256={signed.hex()}"
    assert SECRET.encode() not in body


def test_a_receiver_in_trouble_is_asked_three_times(posts):
    waits = []
    posts.statuses = [503, 500]
    Webhook(posts.url, sleep=waits.append).deliver(NEWS, AT)
    assert (len(posts.received), waits) == (3, [1.0, 3.0])


@pytest.mark.parametrize(("status", "said"), [(404, "404 came"), (302, "302 came")])
def test_a_receiver_that_refuses_or_redirects_is_a_failure(posts, status, said):
    posts.statuses = [status] * 3
    with pytest.raises(DeliveryError, match=said):
        Webhook(posts.url, sleep=lambda _seconds: None).deliver(NEWS, AT)
    assert len(posts.received) == 3


def test_a_failure_never_names_the_address_whose_path_may_be_a_secret():
    url = f"http://127.0.0.1:{find_free_port(0)}/hook/very-secret"
    with pytest.raises(DeliveryError, match="ConnectError came") as caught:
        Webhook(url, SECRET, sleep=lambda _seconds: None).deliver(NEWS, AT)
    assert "very-secret" not in str(caught.value)
    assert SECRET not in repr(Webhook(url, SECRET))


def test_one_mail_reaches_every_recipient(mailbox):
    mail(mailbox.port).deliver(NEWS, AT)

    ((recipients, found),) = mailbox.mails
    assert recipients == ("ops@example.org", "turno@example.org")
    assert found["Subject"] == "Analítica: 1 alerta (demo)"
    assert (found["From"], found["Auto-Submitted"]) == ("avisos@example.org", "auto-generated")
    assert "[ALERTA] demo: no se lee chat_history completo" in found.get_content()


def test_a_refused_recipient_does_not_keep_the_others_from_it(mailbox):
    mailbox.refused = {"ops@example.org"}
    mail(mailbox.port).deliver(NEWS, AT)
    assert [recipients for recipients, _ in mailbox.mails] == [("turno@example.org",)]

    mailbox.refused = {"ops@example.org", "turno@example.org"}
    with pytest.raises(DeliveryError, match="SMTPRecipientsRefused"):
        mail(mailbox.port).deliver(NEWS, AT)


def test_a_line_break_in_a_name_cannot_become_a_header(mailbox):
    entry = NEWS.open[0]
    evil = replace(entry.incident, slug="demo\r\nBcc: all@example.org")
    with pytest.raises(ValueError, match="linefeed"):
        mail(mailbox.port).deliver(News((replace(entry, incident=evil),), ()), AT)
    assert mailbox.mails == []


def test_no_server_is_a_failure_that_says_nothing_of_the_login():
    with pytest.raises(DeliveryError, match="ConnectionRefusedError"):
        mail(find_free_port(0), user="u", password="very-secret").deliver(NEWS, AT)


@pytest.fixture
def certificate(tmp_path):
    """A certificate for 127.0.0.1 that signs itself: its file with the key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    begins = datetime.now(UTC) - timedelta(days=1)
    place = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=2))
        .add_extension(place, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "server.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


def test_a_mail_goes_encrypted_to_a_server_that_is_known_and_to_no_other(certificate, monkeypatch):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with mail_receiver(find_free_port(0), tls_context=context, require_starttls=True) as mailbox:
        with pytest.raises(DeliveryError, match="SSLCertVerificationError"):
            mail(mailbox.port, security="starttls").deliver(NEWS, AT)
        with pytest.raises(DeliveryError):
            mail(mailbox.port, security="none").deliver(NEWS, AT)
        assert mailbox.mails == []

        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        mail(mailbox.port, security="starttls").deliver(NEWS, AT)
        assert len(mailbox.mails) == 1
