"""What happens when somebody does not look at their post: a helper is asked, and then the sender knows. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from mailbox.domain.claims.tasks import PAY
from mailbox.domain.identifiers import GrantId
from mailbox.domain.local_time import local_day
from mailbox.domain.reminders import Date, day_to_act, morning_ms


class Rung(StrEnum):
    """Who hears that it is silent, after the citizen.

    `HELPER` and `SENDER` as the citizen chose it. `AWAY`, whatever they chose: the sender of a letter with a date, that
    its reader was not here since it came. It must find another way (Awb art. 2:8, 2:11).
    """

    HELPER = "helper"
    SENDER = "afzender"
    AWAY = "afwezig"


CHOSEN: Final = (Rung.HELPER, Rung.SENDER)
HELPER_DAYS: Final = (3, 7, 14)
SENDER_DAYS: Final = (7, 14, 21)
"""Days that can be chosen."""
AWAY_DAYS: Final = 14
"""Days that somebody is given to log in, while the date is not near."""
BEFORE_DAYS: Final = {Rung.HELPER: 5, Rung.SENDER: 3, Rung.AWAY: 5}
"""Days before a date at which a rung does not wait any longer: the helper has two days before the sender hears."""
_ONE: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ladder:
    """As the citizen chose it. `helper`: the grant of who is asked; None: nobody.

    `helper_days`, `sender_days`: for how long a letter lies unopened first; None: the sender hears nothing.
    """

    helper: GrantId | None = None
    helper_days: int = 7
    sender_days: int | None = None

    @property
    def is_off(self) -> bool:
        return self.helper is None and self.sender_days is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Climb:
    """A rung, and when (UTC ms). `unread`: only if the letter is unopened by then; else also while it is to be paid."""

    rung: Rung
    at_ms: int
    unread: bool = True


def climbs(ladder: Ladder | None, due: Date | None, *, published_ms: int) -> Iterator[Climb]:
    """What is planned for a letter that asks for something. `due`: the first thing to do, and by when."""
    came = local_day(published_ms)
    if ladder is not None and ladder.helper is not None:
        yield from _helper(ladder.helper_days, due, came)
    if ladder is not None and ladder.sender_days is not None:
        yield from _unopened(Rung.SENDER, ladder.sender_days, due, came)
    if due is not None:
        yield from _unopened(Rung.AWAY, AWAY_DAYS, due, came)


def _helper(days: int, due: Date | None, came: date) -> Iterator[Climb]:
    """For a bill also when it was opened, and is still to be paid when the date is near."""
    yield from _unopened(Rung.HELPER, days, due, came)
    if due is not None and due.kind == PAY:
        near = _near(Rung.HELPER, due, came)
        if near <= due.by:
            yield Climb(rung=Rung.HELPER, at_ms=morning_ms(near), unread=False)


def _unopened(rung: Rung, days: int, due: Date | None, came: date) -> Iterator[Climb]:
    """Some days after the letter came, or sooner when its date is near. Not after the date: nobody can help then."""
    day = came + days * _ONE
    if due is not None:
        day = min(day, _near(rung, due, came))
    if due is None or day <= due.by:
        yield Climb(rung=rung, at_ms=morning_ms(day))


def _near(rung: Rung, due: Date, came: date) -> date:
    """Some days before the date; of a letter that comes later than that, the day after."""
    return max(day_to_act(due) - BEFORE_DAYS[rung] * _ONE, came + _ONE)
