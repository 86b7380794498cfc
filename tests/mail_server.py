"""A real SMTP server on this machine that keeps what it takes, and refuses or breaks off where a test says so."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

ACCEPTED = "250 OK"


@dataclass
class MailServer:
    """`to` and `text`: what it answers to an address and to a text; `hangs_up`: it does, instead of the latter."""

    port: int = 0
    to: str = ACCEPTED
    text: str = ACCEPTED
    hangs_up: bool = False
    taken: list[EmailMessage] = field(default_factory=list)
    ways: list[tuple[bool, bool]] = field(default_factory=list)
    """Of each message: whether it came over TLS, and after a login."""

    async def handle_RCPT(  # noqa: N802 - the library's names
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.to == ACCEPTED:
            envelope.rcpt_tos.append(address)
        return self.to

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.text == ACCEPTED:
            assert isinstance(envelope.content, bytes)
            mail = message_from_bytes(envelope.content, policy=policy.default)
            self.taken.append(mail)
            self.ways.append((session.ssl is not None, bool(session.authenticated)))
        if self.hangs_up:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return self.text


def _log_in(_server: SMTP, _session: Session, _envelope: Envelope, _way: str, given: object) -> AuthResult:
    good = isinstance(given, LoginPassword) and (given.login, given.password) == (b"post", b"geheim")
    return AuthResult(success=good, handled=False)


@asynccontextmanager
async def mail_server(*, tls: ssl.SSLContext | None = None, login: bool = False) -> AsyncIterator[MailServer]:
    """A server that listens. With `tls` it takes nothing before STARTTLS; with `login`, nothing without one."""
    handler = MailServer()

    def session() -> SMTP:
        return SMTP(
            handler,
            hostname="127.0.0.1",
            tls_context=tls,
            require_starttls=tls is not None,
            auth_required=login,
            authenticator=_log_in if login else None,
        )

    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0)
    handler.port = server.sockets[0].getsockname()[1]
    try:
        yield handler
    finally:
        server.close()
        await server.wait_closed()
