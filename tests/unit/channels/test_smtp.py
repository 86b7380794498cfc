"""Messages over a real SMTP server: what arrives, and what each way to fail comes to."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from structlog.testing import capture_logs

from mailbox.channels.smtp import SmtpChannel, SmtpServer
from mailbox.domain.alerts import Delivery, EmailAddress, Message, PhoneNumber
from mailbox.domain.identifiers import MailboxId
from tests.mail_server import MailServer, mail_server

MESSAGE = Message(
    key=bytes(range(16)),
    mailbox_id=MailboxId(bytes(16)),
    to=EmailAddress("iemand@voorbeeld.example"),
    subject="Er is post",
    text="Hallo,\n\nEr is één brief.\n.\nTot ziens\n",
)


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with mail_server() as running:
        yield running


def channel(server: MailServer, **changes: Any) -> SmtpChannel:
    given: dict[str, Any] = {"host": "127.0.0.1", "port": server.port, "tls": "none", "sender": "post@dienst.example"}
    return SmtpChannel(SmtpServer(**{**given, **changes}))


async def test_a_message_arrives_as_it_is(server: MailServer) -> None:
    assert await channel(server).send(MESSAGE) is Delivery.SENT
    (mail,) = server.taken
    assert mail.get_content().replace("\r\n", "\n") == MESSAGE.text
    assert (mail["To"], mail["Subject"]) == (MESSAGE.to.value, MESSAGE.subject)
    assert mail["From"] == "Mijnoverzicht <post@dienst.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert set(mail.keys()) == {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language"),
        *("MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
    }


async def test_a_telephone_gets_no_mail(server: MailServer) -> None:
    assert await channel(server).send(replace(MESSAGE, to=PhoneNumber("+31612345678"))) is Delivery.REFUSED
    assert server.taken == []


async def test_the_same_message_has_the_same_id(server: MailServer) -> None:
    for _ in range(2):
        await channel(server).send(MESSAGE)
    assert [mail["Message-ID"] for mail in server.taken] == [f"<{MESSAGE.key.hex()}@dienst.example>"] * 2


@pytest.mark.parametrize(
    ("to", "text", "expected"),
    [
        ("550 5.1.1 no such user", "250 OK", Delivery.REFUSED),
        ("450 4.2.1 try later", "250 OK", Delivery.LATER),
        ("551 5.1.6 moved", "250 OK", Delivery.REFUSED),
        ("553 5.1.3 no address", "250 OK", Delivery.REFUSED),
        ("550 no such user", "250 OK", Delivery.REFUSED),
        ("250 OK", "550 5.1.1 no such user", Delivery.REFUSED),
        ("550 5.7.1 relaying denied", "250 OK", Delivery.LATER),
        ("550 5.1.8 sender's domain does not exist", "250 OK", Delivery.LATER),
        ("553 5.1.7 sender's address is none", "250 OK", Delivery.LATER),
        ("550 5.1.0 address rejected", "250 OK", Delivery.LATER),
        ("552 5.2.2 mailbox full", "250 OK", Delivery.LATER),
        ("553 sorry", "250 OK", Delivery.LATER),
        ("554 5.1.1 no", "250 OK", Delivery.LATER),
        ("250 OK", "550 spam", Delivery.LATER),
        ("250 OK", "554 5.7.1 refused", Delivery.LATER),
        ("250 OK", "451 4.3.0 try later", Delivery.LATER),
    ],
)
async def test_what_the_server_says_is_what_became_of_it(
    server: MailServer, to: str, text: str, expected: Delivery
) -> None:
    server.to, server.text = to, text
    with capture_logs() as logged:
        assert await channel(server).send(MESSAGE) is expected
    assert server.taken == []
    assert "voorbeeld" not in repr(logged)


async def test_a_server_that_hangs_up_may_have_taken_it(server: MailServer) -> None:
    server.hangs_up = True
    assert await channel(server).send(MESSAGE) is Delivery.UNKNOWN
    assert len(server.taken) == 1


async def test_a_server_that_is_not_there_is_tried_later() -> None:
    async with mail_server() as gone:
        pass
    assert await channel(gone).send(MESSAGE) is Delivery.LATER


async def test_over_tls_and_after_a_login(tmp_path: Path) -> None:
    ca = certificate(tmp_path)
    async with mail_server(tls=server_tls(tmp_path), login=True) as server:
        secure = channel(server, tls="starttls", ca_file=str(ca), user="post", password="geheim")
        assert await secure.send(MESSAGE) is Delivery.SENT
        assert server.ways == [(True, True)]


async def test_nothing_is_sent_in_the_clear_or_to_who_cannot_be_trusted(server: MailServer, tmp_path: Path) -> None:
    ca = certificate(tmp_path)
    with capture_logs() as logged:
        assert await channel(server, tls="starttls", ca_file=str(ca)).send(MESSAGE) is Delivery.LATER
        assert server.taken == []
        async with mail_server(tls=server_tls(tmp_path)) as unknown:
            assert await channel(unknown, tls="starttls").send(MESSAGE) is Delivery.LATER
            assert unknown.taken == []
        async with mail_server(tls=server_tls(tmp_path), login=True) as strict:
            wrong = channel(strict, tls="starttls", ca_file=str(ca), user="post", password="anders")
            assert await wrong.send(MESSAGE) is Delivery.LATER
            assert strict.taken == []
    reasons = ["SMTPNotSupportedError", "SSLCertVerificationError", "SMTPAuthenticationError"]
    assert [line["kind"] for line in logged] == reasons


def certificate(folder: Path) -> Path:
    """Of 127.0.0.1, and who vouches for it: one file with both halves beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    no_password = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    (folder / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, no_password))
    (folder / "cert.pem").write_bytes(made.public_bytes(pem))
    return folder / "cert.pem"


def server_tls(folder: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context
