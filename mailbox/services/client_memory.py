"""What is remembered between two looks at the list of people: what letters come down to, and which looks were logged.

In this process only, bounded, and gone after a quarter of an hour without use. No letter is in it: dates and counts.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from mailbox.domain.identifiers import GrantId, LetterId
from mailbox.domain.sealed import SealedSummary

MOST: Final = 5_000
IDLE_MS: Final = 15 * 60_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """What the letters that a grant covers come down to. `covered`: which they are."""

    covered: frozenset[LetterId]
    passed: int
    first: date | None
    first_letter: LetterId | None


@dataclass(kw_only=True, slots=True)
class _Kept:
    state: bytes
    digest: Digest
    used_ms: int


class ClientMemory:
    """Digests by grant, and the grants of which the look of today is in the log."""

    def __init__(self) -> None:
        self._kept: OrderedDict[GrantId, _Kept] = OrderedDict()
        self._day: date | None = None
        self._told: set[GrantId] = set()

    @staticmethod
    def fingerprint(terms_box: bytes, today: date, rows: Sequence[SealedSummary]) -> bytes:
        """Changes when the grant does, the day, or which letters there are. Letters themselves never change."""
        state = hashlib.sha256(f"{today.isoformat()}{len(terms_box)} ".encode() + terms_box)
        for row in rows:
            state.update(row.letter_id)
        return state.digest()

    def get(self, grant_id: GrantId, state: bytes, *, now_ms: int) -> Digest | None:
        """What was kept for exactly this state."""
        self._forget(now_ms)
        kept = self._kept.get(grant_id)
        if kept is None or kept.state != state:
            return None
        kept.used_ms = now_ms
        self._kept.move_to_end(grant_id)
        return kept.digest

    def put(self, grant_id: GrantId, state: bytes, digest: Digest, *, now_ms: int) -> None:
        """Keeps it in place of what was there."""
        self._kept[grant_id] = _Kept(state=state, digest=digest, used_ms=now_ms)
        self._kept.move_to_end(grant_id)
        self._forget(now_ms)

    def told(self, grant_id: GrantId, today: date) -> None:
        """The look of today is in the log."""
        if today != self._day:
            self._day, self._told = today, set()
        self._told.add(grant_id)

    def is_told(self, grant_id: GrantId, today: date) -> bool:
        return today == self._day and grant_id in self._told

    def _forget(self, now_ms: int) -> None:
        """Drops what was used longest ago, while it is too old or there is too much."""
        while self._kept:
            oldest = next(iter(self._kept.values()))
            if len(self._kept) <= MOST and oldest.used_ms > now_ms - IDLE_MS:
                return
            self._kept.popitem(last=False)
