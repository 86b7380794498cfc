"""The scope of a grant: agencies × topics × letter period × actions × purpose, until an instant.

Its JSON is an RFC 9396 authorization detail of type `mijnoverzicht_toestemming`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from typing import Final, Literal

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
        InvalidScope: nothing is given, agencies without topics or the other way round, a letter without a name or one
            that is given and taken out, no `list` among the actions, `download` without `read`, or an upside-down
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
        self._check_letters()
        if Action.LIST not in self.actions:
            raise InvalidScope("who may do anything may list")
        if Action.DOWNLOAD in self.actions and Action.READ not in self.actions:
            raise InvalidScope("who may download may read")
        if self.dated_from and self.dated_to and self.dated_from > self.dated_to:
            raise InvalidScope("the period ends before it begins")

    def _check_letters(self) -> None:
        if bool(self.agencies) != bool(self.topics) or not (self.agencies or self.also):
            raise InvalidScope("name at least one agency and one topic, or a letter")
        if "" in self.also | self.without:  # every letter has this name while it is still at the door
            raise InvalidScope("a letter has a name")
        if self.also & self.without:
            raise InvalidScope("a letter is given or taken out")

    @classmethod
    def only(
        cls,
        letter_ids: Iterable[str],
        *,
        actions: frozenset[Action],
        until_ms: int,
        purpose: Purpose = Purpose.HELP,
    ) -> Scope:
        """Just these letters, and nothing that comes later. Raises InvalidScope: as the class, so for no letter."""
        return cls(
            agencies=frozenset(),
            topics=frozenset(),
            actions=actions,
            until_ms=until_ms,
            purpose=purpose,
            also=frozenset(letter_ids),
        )

    @property
    def is_only_letters(self) -> bool:
        """Whether it gives single letters and nothing else."""
        return not self.agencies

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
            InvalidScope: another type, or fields that do not make a scope. The message holds no value of it.
        """
        if data.get("type") != _TYPE:
            raise InvalidScope("not a grant scope")
        try:
            return cls._parse(data)
        except InvalidScope:
            raise
        except (KeyError, TypeError, ValueError):
            raise InvalidScope("a field of the scope is not what it should be") from None

    @classmethod
    def _parse(cls, data: Mapping[str, object]) -> Scope:
        first, last = _period(data["data_period"])
        return cls(
            agencies=_names_from(data["agencies"]),
            topics=_names_from(data["topics"]),
            actions=frozenset(Action(action) for action in _strings(data["actions"])),
            until_ms=_whole(data["until_ms"]),
            dated_from=first,
            dated_to=last,
            purpose=Purpose(str(data["purpose"])),
            also=_strings(data["also"]),
            without=_strings(data["without"]),
        )


def _names(names: frozenset[str] | Every) -> list[str] | Literal["*"]:
    return "*" if isinstance(names, Every) else sorted(names)


def _names_from(value: object) -> frozenset[str] | Every:
    return EVERY if value == "*" else _strings(value)


def _strings(value: object) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise TypeError
    return frozenset(value)


def _whole(value: object) -> int:
    if type(value) is not int:  # a bool is an int as well
        raise TypeError
    return value


def _period(value: object) -> tuple[date | None, date | None]:
    if not isinstance(value, Mapping) or value.keys() != {"from", "to"}:
        raise TypeError
    return _date_from(value["from"]), _date_from(value["to"])


def _date_from(value: object) -> date | None:
    """A day as `to_json` writes it; ISO 8601 has more spellings (20260301), and this reads one."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError
    day = date.fromisoformat(value)
    if day.isoformat() != value:
        raise ValueError
    return day
