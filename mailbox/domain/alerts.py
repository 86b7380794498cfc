"""What goes out to people: to which address, what they want to hear of, and what a message may say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from typing import Final

from mailbox.domain.errors import InvalidIdentifier
from mailbox.domain.identifiers import LetterId, MailboxId, Oin

ADDRESS_LENGTH: Final = 254
"""RFC 5321 §4.5.3.1.3, without the angle brackets."""
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_{|}~.-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}"
)

_KEY: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, repr=False)
class EmailAddress:
    """An address as one types it: ASCII, without quotes or comments. Masked.

    Raises:
        InvalidIdentifier: not an address.
    """

    value: str

    def __post_init__(self) -> None:
        local, _, _ = self.value.partition("@")
        encoded = "=?" in self.value  # RFC 2047: in a header it would be read as another address
        dots = local.startswith(".") or local.endswith(".") or ".." in local
        if dots or encoded or len(self.value) > ADDRESS_LENGTH or not _ADDRESS.fullmatch(self.value):
            raise InvalidIdentifier

    def __repr__(self) -> str:
        return "EmailAddress(***)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes:
    """What somebody wants messages of. `with_date`: the message may say by when a reaction is expected.

    `watching`: somebody who looks along does so in an unusual way. `calls`: somebody they help wants them to look.
    """

    new_post: bool = True
    reminders: bool = True
    with_date: bool = False
    watching: bool = True
    calls: bool = True


class AlertKind(StrEnum):
    """Of what somebody is told."""

    NEW_POST = "nieuw"
    REMINDER = "herinnering"
    WATCHING = "meekijken"
    CALLED = "gevraagd"


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """That a helper is asked to look along: with whose post, and because of which letter.

    `unread`: only while that is unopened.
    """

    mailbox_id: MailboxId
    letter_id: LetterId
    unread: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertFacts:
    """All that is known of a letter outside its seal: who wrote, if they expect a reaction, and perhaps by when.

    `agency`: None for what is about no letter. `says_by`: the message may say by when as well. `call`: what a helper is
    asked; they are told no more than that they are asked.
    """

    kind: AlertKind
    agency: Oin | None = None
    reaction: bool = False
    by: date | None = None
    says_by: bool = False
    call: Call | None = None


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Message:
    """Something to send. `key`: the same for the same message, also when it is sent again (16 bytes).

    `mailbox_id`: whose it is, for a channel that shows what it would send. `again`: it may have arrived before.
    """

    key: bytes
    mailbox_id: MailboxId
    to: EmailAddress
    subject: str
    text: str
    again: bool = False

    def __repr__(self) -> str:
        return "Message(***)"


def message_key(text: str) -> bytes | None:
    """The key that is written here in 32 hexadecimal digits, as it travels with a message; None: it is none."""
    return bytes.fromhex(text) if _KEY.fullmatch(text) else None


class Delivery(Enum):
    """What became of a message. `UNKNOWN`: it may have arrived; sent again it must be the same one."""

    SENT = "verzonden"
    REFUSED = "geweigerd"
    LATER = "later"
    UNKNOWN = "onbekend"
