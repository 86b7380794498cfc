"""Rows of the list of people that a helper helps: what one asks of it, who fits, and in what order. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from consent import Scope
from mailbox.domain.identifiers import GrantId
from mailbox.services.scope_news import ScopeNews

PER_PAGE: Final = 50
SOON_DAYS: Final = 7


class ClientOrder(StrEnum):
    """By the date that comes first, or by name."""

    FIRST_DATE = "datum"
    NAME = "naam"


class ClientFilter(StrEnum):
    """Which people. `LATE`: a date passed; `WEEK`: a date within seven days; `ENDING`: the grant ends soon.

    `CALLED`: they want the helper to look.
    """

    ALL = ""
    CALLED = "vraagt"
    LATE = "voorbij"
    WEEK = "week"
    ENDING = "loopt-af"
    FAVOURITES = "favoriet"


BY_DATE: Final = frozenset({ClientFilter.LATE, ClientFilter.WEEK})
"""What letters ask decides who is shown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientQuery:
    """What to show. `search`: words of a name; `page` from 1."""

    search: str = ""
    order: ClientOrder = ClientOrder.FIRST_DATE
    filter: ClientFilter = ClientFilter.ALL
    page: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientPost:
    """How somebody's post stands, as far as the grant covers it. `days` to `first`, 0 is today.

    What the citizen has not opened is theirs to know.
    """

    passed: int
    first: date | None
    days: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientRow:
    """Someone whose post a helper may see, or (`scope` None) might until lately.

    `stopped_ms` is None for a pause, and where the citizen does not say why. `post` is None for who is not open.
    `lapsed`: no longer valid, and nobody's choice. `appointed_ms`: when a court's decision was registered (its number
    is the `reference`); None for a citizen's own. `ends_soon`: there is a warning to give (`consent.ends_soon`).
    `news`: what the helper has not seen yet. `called_ms`: since when they want the helper to look; None once they did.
    """

    grant_id: GrantId
    name: str
    favourite: bool
    scope: Scope | None = None
    ends_soon: bool = False
    news: ScopeNews | None = None
    post: ClientPost | None = None
    stopped_ms: int | None = None
    lapsed: bool = False
    called_ms: int | None = None
    appointed_ms: int | None = None
    reference: str | None = None

    @property
    def is_open(self) -> bool:
        return self.scope is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientPage:
    """`found` people fit the query, on `pages` pages; `total` are in the list at all."""

    rows: tuple[ClientRow, ...]
    page: int
    pages: int
    found: int
    total: int


def fits(row: ClientRow, wanted: ClientFilter) -> bool:
    """Whether the filter gives this row."""
    match wanted:
        case ClientFilter.ALL:
            return True
        case ClientFilter.CALLED:
            return row.called_ms is not None
        case ClientFilter.FAVOURITES:
            return row.favourite
        case ClientFilter.ENDING:
            return row.ends_soon
        case ClientFilter.LATE:
            return row.post is not None and row.post.passed > 0
        case ClientFilter.WEEK:
            return row.post is not None and row.post.days is not None and row.post.days <= SOON_DAYS


def place(row: ClientRow, order: ClientOrder) -> tuple[bool, bool, date, str, bytes]:
    """What rows are sorted by. By date: who asks the helper to look on top, then the nearest, who is not open last."""
    by_date = order is ClientOrder.FIRST_DATE
    first = row.post.first if by_date and row.post else None
    waits = by_date and row.called_ms is None
    return waits, by_date and not row.is_open, first or date.max, row.name.casefold(), row.grant_id
