"""E-mail over SMTP (RFC 5321), to the operator's own mail server."""

from __future__ import annotations

import asyncio
import contextlib
import re
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from typing import Final, Literal

import structlog

from mailbox.channels.mail_status import is_of_recipient
from mailbox.domain.alerts import Delivery, Message, Way

_SECONDS: Final = 30
"""For each answer of the server."""
_ACCEPTED: Final = frozenset({250, 251})
_NO_MAILBOX: Final = 550
_ADDRESS_FAULTS: Final = frozenset({_NO_MAILBOX, 551, 553})
_ENHANCED: Final = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}\b")

_log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class SmtpServer:
    """Where mail is handed over. `tls`: from the start, after a greeting, or not at all (this machine only).

    `ca_file`: who vouches for the server, where that is not one of the system's.
    """

    host: str
    port: int
    tls: Literal["starttls", "tls", "none"]
    sender: str
    user: str = ""
    password: str = ""
    ca_file: str | None = None


class SmtpChannel:
    """Implements `ports.Channel`."""

    ways: Final = frozenset({Way.EMAIL})

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        self._context = ssl.create_default_context(cafile=server.ca_file)

    async def send(self, message: Message) -> Delivery:
        """Hands it over in a thread. What goes wrong before the text was sent can be tried again without harm."""
        if message.to.way not in self.ways:
            return Delivery.REFUSED
        mail = written(message, self._server.sender)
        try:
            return await asyncio.to_thread(self._hand_over, message.to.value, mail)
        except (OSError, smtplib.SMTPException) as exc:
            _log.warning("mail_server_failed", kind=type(exc).__name__)  # what it says may hold the address
            return Delivery.LATER

    def _hand_over(self, to: str, mail: bytes) -> Delivery:
        with self._connected() as client:
            code, _ = client.mail(self._server.sender)
            if code not in _ACCEPTED:
                _log.warning("mail_sender_refused", code=code)
                return Delivery.LATER
            code, said = client.rcpt(to)
            return _handed(client, mail) if code in _ACCEPTED else _failed(code, said, plain=_NO_MAILBOX)

    @contextlib.contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        client = self._client()
        try:
            if self._server.tls == "starttls":
                client.starttls(context=self._context)  # refuses to go on without
            if self._server.user:
                client.login(self._server.user, self._server.password)
            client.ehlo_or_helo_if_needed()
            yield client
            with contextlib.suppress(OSError, smtplib.SMTPException):  # what was accepted stays accepted
                client.quit()
        finally:  # where something failed nobody waits for a goodbye
            client.close()

    def _client(self) -> smtplib.SMTP:
        server = self._server
        if server.tls == "tls":
            return smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS, context=self._context)
        return smtplib.SMTP(server.host, server.port, timeout=_SECONDS)


def _handed(client: smtplib.SMTP, mail: bytes) -> Delivery:
    """Without an answer to the text nobody knows whether it was taken (RFC 5321 §6.1)."""
    try:
        code, said = client.data(mail)
    except smtplib.SMTPDataError:  # refused before the text
        return Delivery.LATER
    except (OSError, smtplib.SMTPServerDisconnected):
        return Delivery.UNKNOWN
    return Delivery.SENT if code in _ACCEPTED else _failed(code, said)


def _failed(code: int, said: bytes, *, plain: int | None = None) -> Delivery:
    """Refused only where the address is at fault (RFC 3463 §3.2: X.1.Y): a server also says 5yz of us, or of the text.

    `plain`: the code that says so by itself, of a server without enhanced codes.
    """
    enhanced = _ENHANCED.match(said)
    at_fault = is_of_recipient(enhanced[0].decode()) if enhanced else code == plain
    return Delivery.REFUSED if code in _ADDRESS_FAULTS and at_fault else Delivery.LATER


def written(message: Message, sender: str) -> bytes:
    """The message as it travels. Its id is that of the notification, so that a second one is known as the same."""
    mail = EmailMessage(policy=SMTP_POLICY)
    mail["From"] = f"Mijnoverzicht <{sender}>"
    mail["To"] = message.to.value
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<{message.key.hex()}@{sender.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence answers to it
    mail.set_content(message.text, charset="utf-8")
    mail["Content-Language"] = "nl"
    return mail.as_bytes()
