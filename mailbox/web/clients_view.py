"""What the list of people shows, and what was asked of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import Depends

from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import id_text
from mailbox.services.client_rows import ClientFilter, ClientOrder, ClientPage, ClientQuery, ClientRow
from mailbox.services.scope_news import TOLD_MS
from mailbox.web import formats
from mailbox.web.court_words import ROLES
from mailbox.web.grant_words import NewsWords, ScopeWords, news_words, scope_words

FILTERS: Final = {
    ClientFilter.ALL: "Iedereen",
    ClientFilter.CALLED: "Vraagt om mee te kijken",
    ClientFilter.LATE: "Een datum is voorbij",
    ClientFilter.WEEK: "Een datum binnen 7 dagen",
    ClientFilter.ENDING: "Meekijken loopt bijna af",
    ClientFilter.FAVOURITES: "Favorieten",
}
ORDERS: Final = {ClientOrder.FIRST_DATE: "Eerste datum", ClientOrder.NAME: "Naam"}
_FEW: Final = 5
"""Up to here one sees everybody at a glance, and nothing has to be chosen."""
_SEARCH_LENGTH: Final = 100
_LONGEST_NUMBER: Final = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientsAsked:
    """What was asked of the list, as it stands in the address."""

    zoek: str = ""
    toon: str = ""
    volgorde: str = ""
    pagina: str = ""

    def query(self) -> ClientQuery:
        """For the service. Raises NotFound for what no form of ours sends."""
        number = self.pagina or "1"
        if not (number.isascii() and number.isdecimal() and len(number) <= _LONGEST_NUMBER):
            raise NotFound
        try:
            return ClientQuery(
                search=self.zoek.strip()[:_SEARCH_LENGTH],
                order=ClientOrder(self.volgorde or ClientOrder.FIRST_DATE),
                filter=ClientFilter(self.toon),
                page=int(number),
            )
        except ValueError:
            raise NotFound from None

    @property
    def narrows(self) -> bool:
        return bool(self.zoek.strip() or self.toon)

    def address(self, page: int) -> str:
        """The same list, another page."""
        asked = {"zoek": self.zoek, "toon": self.toon, "volgorde": self.volgorde, "pagina": str(page)}
        return f"/clienten?{urlencode({name: value for name, value in asked.items() if value})}"


def asked_clients(zoek: str = "", toon: str = "", volgorde: str = "", pagina: str = "") -> ClientsAsked:
    """The filter in the address of a request."""
    return ClientsAsked(zoek=zoek, toon=toon, volgorde=volgorde, pagina=pagina)


AskedClients = Annotated[ClientsAsked, Depends(asked_clients)]


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientView:
    """A row in words. `first` None: there is no date; `scope` None: not to be seen now.

    `court`: by which decision. `is_new`: it came into the list lately without an act of the helper.
    `called_ms`: since when this person wants the helper to look.
    """

    grant_id: str
    name: str
    favourite: bool
    scope: ScopeWords | None
    passed: str
    first: date | None
    near: str
    ending: str
    news: NewsWords | None
    stopped_ms: int | None
    lapsed: bool
    court: str
    is_new: bool
    called_ms: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientsView:
    """A page of the list. `chooses`: there are enough people to search and filter."""

    rows: tuple[ClientView, ...]
    counted: str
    chooses: bool
    previous: str
    following: str
    where: str


def clients_view(page: ClientPage, asked: ClientsAsked, names: Mapping[str, str], now_ms: int) -> ClientsView:
    """The page in words. `names`: of agencies, by OIN."""
    return ClientsView(
        rows=tuple(_view(row, names, now_ms) for row in page.rows),
        counted="1 persoon" if page.found == 1 else f"{page.found} mensen",
        chooses=page.total > _FEW or asked.narrows,
        previous=asked.address(page.page - 1) if page.page > 1 else "",
        following=asked.address(page.page + 1) if page.page < page.pages else "",
        where=f"Pagina {page.page} van {page.pages}" if page.pages > 1 else "",
    )


def _view(row: ClientRow, names: Mapping[str, str], now_ms: int) -> ClientView:
    post, today = row.post, formats.local(now_ms).date()
    return ClientView(
        grant_id=id_text(row.grant_id),
        name=row.name,
        favourite=row.favourite,
        scope=scope_words(row.scope, names) if row.scope else None,
        passed=_passed(post.passed) if post and post.passed else "",
        first=post.first if post else None,
        near=formats.nearness(post.first, today) if post and post.first else "",
        ending=formats.ending(row.scope.until_ms, now_ms) if row.scope and row.ends_soon else "",
        news=news_words(row.news, names) if row.news else None,
        stopped_ms=row.stopped_ms,
        lapsed=row.lapsed,
        court=_court(row),
        is_new=row.appointed_ms is not None and row.appointed_ms > now_ms - TOLD_MS,
        called_ms=row.called_ms,
    )


def _court(row: ClientRow) -> str:
    """By which decision this helper was appointed; empty where the citizen chose them."""
    if row.scope is None or row.appointed_ms is None:
        return ""
    return f"Door de rechter: u bent {ROLES[row.scope.purpose]}, in beschikking {row.reference}."


def _passed(count: int) -> str:
    """Never "te laat": only the sender knows whether it was done."""
    return f"Bij {count} {'brief' if count == 1 else 'brieven'} is de datum voorbij"
