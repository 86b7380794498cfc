"""Who someone is: the subject behind a mailbox and the identity a login gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from mailbox.domain.identifiers import Bsn, GrantId, MailboxId


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Subject:
    """What a mailbox is found by: a BSN, or a pseudonym from a professional login (eHerkenning).

    Masked: neither value may reach a log, URL or exception.
    """

    kind: Literal["bsn", "pseudonym"]
    value: str

    @classmethod
    def of_bsn(cls, bsn: Bsn) -> Subject:
        return cls(kind="bsn", value=bsn.value)

    def __repr__(self) -> str:
        return f"Subject({self.kind}, ***)"


class Document(StrEnum):
    """What somebody shows at a counter to say who they are. The kind only: its number is kept nowhere."""

    PASSPORT = "paspoort"
    IDENTITY_CARD = "identiteitskaart"
    DRIVING_LICENCE = "rijbewijs"
    RESIDENCE_DOCUMENT = "vreemdelingendocument"


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Identity:
    """What a login port asserts about the person who logged in. `desk`: works at a counter of the organisation."""

    subject: Subject
    name: str
    organisation: str | None = None
    desk: bool = False

    def __repr__(self) -> str:
        return "Identity(***)"


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class StatedReason:
    """Why a helper opens somebody's post: one of a few codes, and what they added in their own words."""

    code: str
    note: str
    given_ms: int

    def __repr__(self) -> str:
        return "StatedReason(***)"


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Person:
    """Someone who is logged in: their mailbox and how others see them. `app`: the app that acts for them, by name.

    `reasons`: why they open the post behind a grant, as far as they said so in this session.
    """

    mailbox_id: MailboxId
    name: str
    organisation: str | None = None
    desk: bool = False
    app: str | None = None
    reasons: Mapping[GrantId, StatedReason] = field(default_factory=dict, compare=False)

    @property
    def label(self) -> str:
        """Name, with the organisation in brackets if there is one."""
        return f"{self.name} ({self.organisation})" if self.organisation else self.name

    def __repr__(self) -> str:
        return "Person(***)"
