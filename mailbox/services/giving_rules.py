"""What may be given: for how long, to whom in words, and what only a court gives."""

from __future__ import annotations

from typing import Final

from consent import MAX_DAYS, Scope
from mailbox.domain.errors import ScopeRefused
from mailbox.services.grant_ledger import OF_COURT

NOTE_LENGTH: Final = 80
DAY_MS: Final = 86_400_000


def check_note(note: str) -> None:
    """The citizen's own word for the helper. Raises ScopeRefused."""
    if not 0 < len(note.strip()) <= NOTE_LENGTH:
        raise ScopeRefused("Vul in wie u wilt laten meekijken.")


def check_scope(scope: Scope, now_ms: int) -> None:
    """What citizens give ends within a year, and is no measure of a court. Raises ScopeRefused."""
    if scope.purpose in OF_COURT:
        raise ScopeRefused("Alleen een rechter stelt een bewindvoerder, curator of mentor aan.")
    if not now_ms < scope.until_ms <= now_ms + MAX_DAYS * DAY_MS:
        raise ScopeRefused("Kies een einddatum binnen een jaar.")
