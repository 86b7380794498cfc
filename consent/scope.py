"""The scope of a grant: agencies × topics × letter period × actions × purpose, until an instant.

Its JSON is an RFC 9396 authorization detail of type `mijnoverzicht_toestemming`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from typing import Final, Literal, cast

DEFAULT_DAYS: Final = 92
"""Three months: long enough to get through one problem, short enough to think again."""
MAX_DAYS: Final = 366

SENSITIVE_TOPICS: Final = frozenset({"gezondheid", "strafrecht"})
"""AVG art. 9 and 10: covered only when named, never by "every topic"."""

_TYPE: Final = "mijnoverzicht_toestemming"


class InvalidScope(ValueError):
    """A scope that cannot be meant: nothing named, an upside-down period, an action without seeing."""


class Every(Enum):
    """All of them. Its own type, so that no list of names can be mistaken for it."""

    EVERY = "*"


EVERY: Final = Every.EVERY


class Action(StrEnum):
    """What a helper may do. `READ` opens the text; `LIST` alone shows who wrote, when, and what is due.

    `MARK` sets a mark of the helper's own, `ALERT` is being told in time, `REPLY` prepares an answer for the citizen.
    """

    LIST = "list"
    READ = "read"
    DOWNLOAD = "download"
    MARK = "mark"
    ALERT = "alert"
    REPLY = "reply"


class Purpose(StrEnum):
    """What the help is for. Purposes are few and fixed, so that nobody's story ends up in one."""

    HELP = "hulp-bij-post"
    DEBTS = "schuldhulp"
    TAXES = "belastingaangifte"
    BENEFITS = "toeslagen-en-uitkering"
    ADMINISTRATION = "bewind"
    GUARDIANSHIP = "curatele"
    MENTORSHIP = "mentorschap"


class Coverage(Enum):
    """Which key of a letter a grant receives."""

    NONE = "none"
    METADATA = "metadata"
    FULL = "full"


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterFacts:
    """The part of a letter that decides who may see it. `dated` is the dagtekening.

    `letter_id` is empty at the door: nobody can have named a letter before it came.
    """

    agency: str
    topics: frozenset[str]
    dated: date
    addressee_only: bool = False
    letter_id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """What a grant covers. `dated_from`/`dated_to` bound the letter's date, both inclusive, None is open.

    `also`: single letters that are given, whatever the rest says; `without`: single letters that are taken out. A scope
    of no agency and no topic gives single letters only.

    Raises:
        InvalidScope: nothing is given, a letter is given and taken out, no `list` among the actions, or an upside-down
            period.
    """

    agencies: frozenset[str] | Every
    topics: frozenset[str] | Every
    actions: frozenset[Action]
    until_ms: int
    dated_from: date | None = None
    dated_to: date | None = None
    purpose: Purpose = Purpose.HELP
    also: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.also and not (self.agencies and self.topics):
            raise InvalidScope("name at least one agency and one topic, or a letter")
        if self.also & self.without:
            raise InvalidScope("a letter is given or taken out")
        if Action.LIST not in self.actions:
            raise InvalidScope("who may do anything may list")
        if Action.DOWNLOAD in self.actions and Action.READ not in self.actions:
            raise InvalidScope("who may download may read")
        if self.dated_from and self.dated_to and self.dated_from > self.dated_to:
            raise InvalidScope("the period ends before it begins")

    def covers_agency(self, agency: str) -> bool:
        return isinstance(self.agencies, Every) or agency in self.agencies

    def covers_topics(self, topics: frozenset[str]) -> bool:
        """One shared topic is enough, but every sensitive topic of the letter must be named."""
        named = frozenset() if isinstance(self.topics, Every) else self.topics
        if not (topics & SENSITIVE_TOPICS) <= named:
            return False
        return isinstance(self.topics, Every) or bool(topics & named)

    def covers_date(self, dated: date) -> bool:
        return (self.dated_from is None or self.dated_from <= dated) and (
            self.dated_to is None or dated <= self.dated_to
        )

    def to_json(self) -> dict[str, object]:
        """As an RFC 9396 authorization detail; names and dates only, no personal data."""
        return {
            "type": _TYPE,
            "agencies": _names(self.agencies),
            "topics": _names(self.topics),
            "data_period": {
                "from": self.dated_from.isoformat() if self.dated_from else None,
                "to": self.dated_to.isoformat() if self.dated_to else None,
            },
            "actions": sorted(self.actions),
            "purpose": self.purpose.value,
            "until_ms": self.until_ms,
            "also": sorted(self.also),
            "without": sorted(self.without),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Scope:
        """The inverse of `to_json`.

        Raises:
            InvalidScope: another type, or fields that do not make a scope.
        """
        if data.get("type") != _TYPE:
            raise InvalidScope("not a grant scope")
        period = cast(Mapping[str, str | None], data["data_period"])
        return cls(
            agencies=_names_from(data["agencies"]),
            topics=_names_from(data["topics"]),
            actions=frozenset(Action(a) for a in cast(list[str], data["actions"])),
            until_ms=cast(int, data["until_ms"]),
            dated_from=_date_from(period["from"]),
            dated_to=_date_from(period["to"]),
            purpose=Purpose(cast(str, data["purpose"])),
            also=frozenset(cast(list[str], data["also"])),
            without=frozenset(cast(list[str], data["without"])),
        )


def _names(names: frozenset[str] | Every) -> list[str] | Literal["*"]:
    return "*" if isinstance(names, Every) else sorted(names)


def _names_from(value: object) -> frozenset[str] | Every:
    return EVERY if value == "*" else frozenset(cast(list[str], value))


def _date_from(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
