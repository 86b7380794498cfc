"""What is unusual in how a helper looks, from counts by the hour. Pure: instants are UTC milliseconds.

The limits stand well above help: two people at a table take two to three minutes for a letter, and an intake is about
what is still open. They are counted by the clock's hours, so in any sixty minutes up to twice a limit may pass unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from mailbox.domain.local_time import AMSTERDAM, local
from mailbox.domain.sealed import GrantUse

MANY: Final = 40
"""Letters in an hour that are still help: more is one every minute and a half, which copies and does not read."""
MANY_OLD: Final = 15
"""Letters of over a year ago in an hour: a matter that goes back years has some ten."""
AT_NIGHT: Final = 5
"""Letters in one night that are told: one that cannot wait, or a few, is somebody who lies awake."""

_NIGHT: Final = time(23)
_MORNING: Final = time(6)
_HOUR_MS: Final = 3_600_000


class Unusual(StrEnum):
    """What was noticed."""

    MANY = "many"
    OLD = "old"
    NIGHT = "night"


def unusual(hours: Sequence[GrantUse], now_ms: int) -> list[Unusual]:
    """What is unusual in these hours of one grant: this hour, and at night all since `night_began_ms`."""
    this = [use for use in hours if use.hour_ms == now_ms - now_ms % _HOUR_MS]
    tonight = night_began_ms(now_ms)
    found = {
        Unusual.MANY: sum(use.letters for use in this) > MANY,
        Unusual.OLD: sum(use.old_letters for use in this) > MANY_OLD,
        Unusual.NIGHT: tonight is not None and sum(use.letters for use in hours if use.hour_ms >= tonight) >= AT_NIGHT,
    }
    return [kind for kind, is_so in found.items() if is_so]


def night_began_ms(now_ms: int) -> int | None:
    """When this night began, at eleven in the Netherlands; None by day."""
    now = local(now_ms)
    if _MORNING <= now.time() < _NIGHT:
        return None
    evening = now.date() if now.time() >= _NIGHT else now.date() - timedelta(days=1)
    return int(datetime.combine(evening, _NIGHT, AMSTERDAM).timestamp() * 1000)


def day_of_notice(now_ms: int) -> date:
    """The day that something is noticed on. It begins at six in the Netherlands, so that a night is one."""
    now = local(now_ms)
    return now.date() if now.time() >= _MORNING else now.date() - timedelta(days=1)
