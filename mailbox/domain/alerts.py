"""What goes out to people: to which address, what they want to hear of, and what a message may say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from typing import ClassVar, Final

from mailbox.domain.errors import InvalidIdentifier
from mailbox.domain.identifiers import GrantId, LetterId, MailboxId, Oin

ADDRESS_LENGTH: Final = 254
"""RFC 5321 §4.5.3.1.3, without the angle brackets."""
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_{|}~.-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}"
)

_NUMBER: Final = re.compile(r"\+316[1-58][0-9]{7}")
"""What is for mobile telephony in the Dutch numbering plan (BWBR0010198): 061 to 065, and 068; in E.164."""
NUMBER_LENGTH: Final = 12
_TYPED_NUMBER: Final = re.compile(r"(?:(?:\+|00)310?|0)(6[0-9]{8})")
_BETWEEN_DIGITS: Final = re.compile(r"[\s().-]")

_KEY: Final = re.compile(r"[0-9a-f]{32}")


class Way(StrEnum):
    """How a message travels."""

    EMAIL = "email"
    SMS = "sms"


@dataclass(frozen=True, slots=True, repr=False)
class EmailAddress:
    """An address as one types it: ASCII, without quotes or comments. Masked.

    Raises:
        InvalidIdentifier: not an address.
    """

    value: str
    way: ClassVar[Way] = Way.EMAIL

    def __post_init__(self) -> None:
        local, _, _ = self.value.partition("@")
        encoded = "=?" in self.value  # RFC 2047: in a header it would be read as another address
        dots = local.startswith(".") or local.endswith(".") or ".." in local
        if dots or encoded or len(self.value) > ADDRESS_LENGTH or not _ADDRESS.fullmatch(self.value):
            raise InvalidIdentifier

    def __repr__(self) -> str:
        return "EmailAddress(***)"

    @property
    def shown(self) -> str:
        """As people write it."""
        return self.value


@dataclass(frozen=True, slots=True, repr=False)
class PhoneNumber:
    """A Dutch mobile number, in E.164. Masked.

    Of no other country: what a message to some foreign numbers costs is earned by whoever has them sent there.

    Raises:
        InvalidIdentifier: not such a number.
    """

    value: str
    way: ClassVar[Way] = Way.SMS

    def __post_init__(self) -> None:
        if not _NUMBER.fullmatch(self.value):
            raise InvalidIdentifier

    @classmethod
    def typed(cls, text: str) -> PhoneNumber:
        """From what somebody wrote: 06, +316 or 00316, with anything usual between the digits."""
        found = _TYPED_NUMBER.fullmatch(_BETWEEN_DIGITS.sub("", text))
        return cls(f"+31{found[1]}" if found else "")

    def __repr__(self) -> str:
        return "PhoneNumber(***)"

    @property
    def shown(self) -> str:
        """As people write it: 06-12345678."""
        return f"0{self.value[3]}-{self.value[4:]}"


Address = EmailAddress | PhoneNumber


def address_of(value: str) -> Address:
    """The address with this value. Raises InvalidIdentifier."""
    return EmailAddress(value) if "@" in value else PhoneNumber(value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Addresses:
    """Where somebody can be reached: one address for each way at most. `chosen`: gets the messages, alone."""

    chosen: Address
    other: Address | None = None

    def __post_init__(self) -> None:
        if self.other is not None and self.other.way is self.chosen.way:
            raise InvalidIdentifier

    def choosing(self, address: Address) -> Addresses:
        """This one gets the messages from now on, in place of one that goes the same way."""
        both = (self.chosen, self.other)
        return Addresses(chosen=address, other=next((one for one in both if one and one.way is not address.way), None))

    def over(self, way: Way) -> Address | None:
        """The address for this way."""
        return next((one for one in (self.chosen, self.other) if one and one.way is way), None)

    def without(self, way: Way) -> Addresses | None:
        """What is left; None: nothing."""
        left = [one for one in (self.chosen, self.other) if one and one.way is not way]
        return Addresses(chosen=left[0]) if left else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes:
    """What somebody wants messages of. `with_date`: the message may say by when a reaction is expected.

    `watching`: somebody who looks along does so in an unusual way. `calls`: somebody they help wants them to look.
    `grants`: looking along ends soon, or it is time to say whether it is still right.
    """

    new_post: bool = True
    reminders: bool = True
    with_date: bool = False
    watching: bool = True
    calls: bool = True
    grants: bool = True


class AlertKind(StrEnum):
    """Of what somebody is told."""

    NEW_POST = "nieuw"
    REMINDER = "herinnering"
    WATCHING = "meekijken"
    CALLED = "gevraagd"
    ENDING = "loopt-af"
    HELP_ENDING = "helpen-loopt-af"
    STILL_RIGHT = "klopt-het-nog"


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """That a helper is asked to look along: with whose post, and because of which letter.

    `unread`: only while that is unopened.
    """

    mailbox_id: MailboxId
    letter_id: LetterId
    unread: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantEnd:
    """That a grant ends then: told only as long as it does. Whose, or of whom, no message says."""

    mailbox_id: MailboxId
    grant_id: GrantId
    until_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertFacts:
    """All that is known of a letter outside its seal: who wrote, if they expect a reaction, and perhaps by when.

    `agency`: None for what is about no letter. `says_by`: the message may say by when as well. `call`: what a helper is
    asked; they are told no more than that they are asked. `end`: of a grant that ends soon.
    """

    kind: AlertKind
    agency: Oin | None = None
    reaction: bool = False
    by: date | None = None
    says_by: bool = False
    call: Call | None = None
    end: GrantEnd | None = None


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Message:
    """Something to send. `key`: the same for the same message, also when it is sent again (16 bytes).

    `mailbox_id`: whose it is, for a channel that shows what it would send. `subject`: for mail alone. `again`: it may
    have arrived before.
    """

    key: bytes
    mailbox_id: MailboxId
    to: Address
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
