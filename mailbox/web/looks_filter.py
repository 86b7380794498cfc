"""Which part of the log is asked for, as it stands in an address. No name is ever in one: a helper is a grant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import Depends

from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import LetterId
from mailbox.services.access_log import LogQuery
from mailbox.web import formats
from mailbox.web.visitor import grant_id_of, letter_id_of, number_of

OWN: Final = "zelf"
PERIODS: Final = {"7": "De laatste 7 dagen", "30": "De laatste 30 dagen"}
_MONTHS: Final = 12
_MONTH: Final = "%Y-%m"


@dataclass(frozen=True, kw_only=True, slots=True)
class LooksFilter:
    """What was asked of the log. `wie`: a grant, or "zelf"; `periode`: days, or a month; `voor` continues a page."""

    wie: str = ""
    periode: str = ""
    brief: str = ""
    voor: str = ""

    @property
    def narrows(self) -> bool:
        return bool(self.wie or self.periode or self.brief)

    @property
    def own(self) -> bool:
        """Whether the citizen's own looks are asked for."""
        return self.wie == OWN

    @property
    def before_seq(self) -> int | None:
        """Raises NotFound when it is no number."""
        return number_of(self.voor) if self.voor else None

    @property
    def letter_id(self) -> LetterId | None:
        """Raises NotFound when it is no letter."""
        return letter_id_of(self.brief) if self.brief else None

    def query(self, today: date) -> LogQuery:
        """Everybody's entries. Raises NotFound for what no form of ours sends."""
        since, last = days_of(self.periode, today)
        return LogQuery(
            grant_id=grant_id_of(self.wie) if self.wie and not self.own else None,
            letter_id=self.letter_id,
            since_ms=_midnight_ms(since) if since else None,
            until_ms=formats.end_of_day_ms(last) if last else None,
            own=True if self.own else None,
        )

    def others(self, today: date) -> LogQuery:
        """As `query`, without the citizen's own looks unless they are asked for. Raises NotFound."""
        asked = self.query(today)
        return asked if self.own else replace(asked, own=False)

    def own_address(self) -> str:
        """As `address`, for the citizen's own looks."""
        return replace(self, wie=OWN).address()

    def address(self, voor: int | None = None) -> str:
        """The query string of this filter, with its "?"; empty for all."""
        asked = {
            "wie": self.wie,
            "periode": self.periode,
            "brief": self.brief,
            "voor": "" if voor is None else str(voor),
        }
        text = urlencode({name: value for name, value in asked.items() if value})
        return f"?{text}" if text else ""


def asked_looks(wie: str = "", periode: str = "", brief: str = "", voor: str = "") -> LooksFilter:
    """The filter in the address of a request."""
    return LooksFilter(wie=wie, periode=periode, brief=brief, voor=voor)


AskedLooks = Annotated[LooksFilter, Depends(asked_looks)]


def period_choices(today: date) -> list[tuple[str, str]]:
    """Value and words of each period that the form offers: days, and the months of a year."""
    months, month = [], today.replace(day=1)
    for _ in range(_MONTHS):
        months.append((month.strftime(_MONTH), formats.month(_midnight_ms(month))))
        month = (month - timedelta(days=1)).replace(day=1)
    return [*PERIODS.items(), *months]


def days_of(text: str, today: date) -> tuple[date | None, date | None]:
    """First and last day of one of `period_choices`; None is without end. Days include today.

    Raises:
        NotFound: no form of ours sends this.
    """
    if not text:
        return None, None
    if text in PERIODS:
        return today - timedelta(days=int(text) - 1), None
    try:
        first = datetime.strptime(text, _MONTH).date()  # noqa: DTZ007 - a month has no zone
    except ValueError:
        raise NotFound from None
    if first.strftime(_MONTH) != text or not 1970 <= first.year <= today.year:  # noqa: PLR2004 - instants begin there
        raise NotFound
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _midnight_ms(day: date) -> int:
    return int(datetime.combine(day, time(), formats.AMSTERDAM).timestamp() * 1000)
