"""Which rows of the list of people were told today: the same row is not told twice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from mailbox.domain.identifiers import GrantId, LetterId, MailboxId


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What one helper saw of a person: through which grant, of how many letters, and the one whose date stands there.

    `terms`: of the grant, as a hash: under other terms as many letters are others. `is_row`: False for who took part in
    a search, and is not on its page. `app`: with which app, by name; that is in the log as well.
    """

    helper_id: MailboxId
    grant_id: GrantId
    terms: bytes
    letters: int
    first: LetterId | None
    is_row: bool = True
    app: str | None = None


class ToldRows:
    """In this process only, and gone with the day."""

    def __init__(self) -> None:
        self._day: date | None = None
        self._told: set[Shown] = set()

    def add(self, row: Shown, today: date) -> None:
        """The look of today is in the log."""
        if today != self._day:
            self._day, self._told = today, set()
        self._told.add(row)

    def has(self, row: Shown, today: date) -> bool:
        """Whether it is, or a row that says as much and more."""
        return today == self._day and (row in self._told or replace(row, is_row=True) in self._told)
