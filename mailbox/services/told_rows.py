"""Which rows of the list of people were told today: the same row is not told twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mailbox.domain.identifiers import GrantId, LetterId, MailboxId


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A row as one helper saw it: through which grant, of how many letters, and the one whose date stands there.

    `app`: with which app, by name; that is in the log as well.
    """

    helper_id: MailboxId
    grant_id: GrantId
    letters: int
    first: LetterId | None
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
        return today == self._day and row in self._told
