"""The settings of messages to people, and what must not be combined in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal
from uuid import UUID

from pydantic import Field
from pydantic_settings import BaseSettings

from mailbox.channels.notifynl import ApiKey, NoApiKey
from mailbox.domain.alerts import EmailAddress
from mailbox.domain.errors import InvalidIdentifier
from mailbox.web_address import is_loopback, origin

_TOKEN: Final = re.compile(rb"[A-Za-z0-9._~+/=-]{32,}")
"""Long enough not to be guessed, and what may stand in a header (RFC 6750 section 2.1)."""


class MessageSettings(BaseSettings):
    """How messages go out: over a mail server, over NotifyNL, or nowhere but to the console."""

    smtp_host: str = Field(default="", description="The mail server that takes our messages. Empty: none does.")
    smtp_port: int = Field(default=587, gt=0, lt=65_536, description="Its port.")
    smtp_tls: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="How it is encrypted: starttls, tls, or none (on this machine only)."
    )
    smtp_from: str = Field(default="", description="The e-mail address that messages are from.")
    smtp_user: str = Field(default="", description="Who logs in to the mail server, where it asks that.")
    smtp_password_file: Path | None = Field(
        default=None, description="The password, in a file only its owner may read."
    )
    smtp_ca_file: Path | None = Field(
        default=None, description="Certificates of who vouches for the mail server, instead of the system's."
    )
    notify_url: str = Field(
        default="", description="NotifyNL, or another with the API of GOV.UK Notify, instead of a mail server."
    )
    notify_key_file: Path | None = Field(
        default=None, description="The API key, as NotifyNL shows it, in a file only its owner may read."
    )
    notify_callback_file: Path | None = Field(
        default=None,
        description="The bearer token with which NotifyNL tells at /kennisgevingen/uitkomsten what became of messages,"
        " in a file only its owner may read.",
    )
    notify_email_template: str = Field(
        default="",
        description="The id of an e-mail template with ((onderwerp)) as its subject and ((tekst)) as its text.",
    )
    notify_sms_template: str = Field(
        default="",
        description="The id of a text message template with ((tekst)) as its text. Empty: no text messages.",
    )
    console_messages: bool = Field(
        default=False, description="Messages are printed and go nowhere: for development. Loopback only."
    )

    @property
    def outcome_token(self) -> bytes | None:
        """What NotifyNL shows when it tells what became of a message; None: nobody may."""
        return self.notify_callback_file.read_bytes().strip() if self.notify_callback_file else None


def unsafe_messages(settings: MessageSettings) -> Iterator[str]:
    """What would send messages unsafely, or not at all, in plain words."""
    ways = {
        "MO_SMTP_HOST": settings.smtp_host,
        "MO_NOTIFY_URL": settings.notify_url,
        "MO_CONSOLE_MESSAGES": settings.console_messages,
    }
    chosen = [name for name, value in ways.items() if value]
    if len(chosen) > 1:
        yield f"{' and '.join(chosen)} would each send our messages: set one of them."
    yield from _unsafe_mail(settings)
    yield from _unsafe_notify(settings)


def _unsafe_mail(settings: MessageSettings) -> Iterator[str]:
    if not settings.smtp_host:
        return
    if not _is_address(settings.smtp_from):
        yield "MO_SMTP_FROM must be an e-mail address when MO_SMTP_HOST is set."
    if settings.smtp_tls == "none" and not is_loopback(settings.smtp_host):
        yield "MO_SMTP_TLS may be none only if MO_SMTP_HOST is a loopback address."
    if bool(settings.smtp_user) != (settings.smtp_password_file is not None):
        yield "MO_SMTP_USER and MO_SMTP_PASSWORD_FILE go together."
    for name, file in (
        ("MO_SMTP_PASSWORD_FILE", settings.smtp_password_file),
        ("MO_SMTP_CA_FILE", settings.smtp_ca_file),
    ):
        if file is not None and not file.is_file():
            yield f"{name} names no file."


def _unsafe_notify(settings: MessageSettings) -> Iterator[str]:
    if settings.notify_callback_file is not None and not _holds_token(settings.notify_callback_file):
        yield "MO_NOTIFY_CALLBACK_FILE must name a file with a token of at least 32 letters and digits."
    if not settings.notify_url:
        return
    address = origin(settings.notify_url)
    if address is None or (address.scheme == "http" and not is_loopback(address.hostname or "")):
        yield "MO_NOTIFY_URL must be https, like https://api.notifynl.nl, without a path."
    if not _is_uuid(settings.notify_email_template):
        yield "MO_NOTIFY_EMAIL_TEMPLATE must be the id of a template when MO_NOTIFY_URL is set."
    if settings.notify_sms_template and not _is_uuid(settings.notify_sms_template):
        yield "MO_NOTIFY_SMS_TEMPLATE must be the id of a template, or empty."
    if settings.notify_key_file is None or not _holds_api_key(settings.notify_key_file):
        yield "MO_NOTIFY_KEY_FILE must name a file with an API key when MO_NOTIFY_URL is set."


def _holds_token(file: Path) -> bool:
    try:
        return _TOKEN.fullmatch(file.read_bytes().strip()) is not None
    except OSError:
        return False


def _holds_api_key(file: Path) -> bool:
    try:
        ApiKey.parse(file.read_text())
    except (OSError, NoApiKey, UnicodeDecodeError):
        return False
    return True


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _is_address(text: str) -> bool:
    try:
        EmailAddress(text)
    except InvalidIdentifier:
        return False
    return True
