"""Whom a colleague may help along: what was chosen so far, and the part of the list that is on the page. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mailbox.domain.identifiers import id_text
from mailbox.services.caseworkers import Shareable
from mailbox.web.visitor import Form

PER_PAGE: Final = 50
FIELDS: Final = ("keuze", "zoek", "pagina", "client")
"""What is kept of a form."""
_LONGEST_NUMBER: Final = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """The people on the page, of `found` that fit the search; `page` from 1."""

    rows: tuple[tuple[str, str], ...]
    found: int
    page: int
    pages: int
    chosen: int

    @property
    def shown(self) -> str:
        """The ids on the page, for the form to say what it was about."""
        return " ".join(grant_id for grant_id, _ in self.rows)


def choice(form: Form, clients: Sequence[Shareable]) -> Choice:
    """What the page shows for these answers."""
    words = form.one("zoek").casefold().split()
    fitting = [client for client in clients if all(word in client.name.casefold() for word in words)]
    pages = max(1, -(-len(fitting) // PER_PAGE))
    page = min(max(1, _number(form.one("pagina"))), pages)
    rows = fitting[(page - 1) * PER_PAGE : page * PER_PAGE]
    return Choice(
        rows=tuple((id_text(client.grant_id), client.name) for client in rows),
        found=len(fitting),
        page=page,
        pages=pages,
        chosen=len(form.many("client") & {id_text(client.grant_id) for client in clients}),
    )


def chosen(form: Form, clients: Sequence[Shareable]) -> tuple[Shareable, ...]:
    """Who was chosen, of those there are."""
    if form.one("keuze") == "alle":
        return tuple(clients)
    ticked = form.many("client")
    return tuple(client for client in clients if id_text(client.grant_id) in ticked)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER else 1
