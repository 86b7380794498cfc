"""What is remembered between two looks at the list of people: what letters come down to, and which looks were logged.

In this process only, bounded, and gone after a quarter of an hour without use. No letter is in it: dates and counts.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from typing import Final

from mailbox.domain.identifiers import GrantId, LetterId, MailboxId
from mailbox.services.open_dates import Asked

MOST: Final = 5_000
IDLE_MS: Final = 15 * 60_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """What the letters that a grant covers come down to, on any day. `letters`: how many are published.

    `keys`: how many keys the grant had then, also to letters that are not published yet. From `from_ms` until before
    `until_ms` (UTC milliseconds) the same of them are.
    """

    letters: int
    asked: Asked
    keys: int
    from_ms: int
    until_ms: int


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


@dataclass(kw_only=True, slots=True)
class _Kept:
    terms: bytes
    digest: Digest
    used_ms: int


class ClientMemory:
    """Digests by grant, and the rows of which the look of today is in the log."""

    def __init__(self) -> None:
        self._kept: OrderedDict[GrantId, _Kept] = OrderedDict()
        self._day: date | None = None
        self._told: set[Shown] = set()

    def get(self, grant_id: GrantId, terms_box: bytes, *, keys: int, now_ms: int) -> Digest | None:
        """What was kept, if it still holds. `terms_box`: of the grant as it stands; `keys`: that it has now.

        Letters never change, and under the same terms a grant only gains keys: as many keys are the same letters.
        """
        self._forget(now_ms)
        kept = self._kept.get(grant_id)
        if kept is None or kept.terms != _fingerprint(terms_box) or kept.digest.keys != keys:
            return None
        if not kept.digest.from_ms <= now_ms < kept.digest.until_ms:
            return None
        kept.used_ms = now_ms
        self._kept.move_to_end(grant_id)
        return kept.digest

    def put(self, grant_id: GrantId, terms_box: bytes, digest: Digest, *, now_ms: int) -> None:
        """Keeps it in place of what was there."""
        self._kept[grant_id] = _Kept(terms=_fingerprint(terms_box), digest=digest, used_ms=now_ms)
        self._kept.move_to_end(grant_id)
        self._forget(now_ms)

    def told(self, row: Shown, today: date) -> None:
        """The look of today is in the log."""
        if today != self._day:
            self._day, self._told = today, set()
        self._told.add(row)

    def is_told(self, row: Shown, today: date) -> bool:
        return today == self._day and row in self._told

    def _forget(self, now_ms: int) -> None:
        """Drops what was used longest ago, while it is too old or there is too much."""
        while self._kept:
            oldest = next(iter(self._kept.values()))
            if len(self._kept) <= MOST and oldest.used_ms > now_ms - IDLE_MS:
                return
            self._kept.popitem(last=False)


def _fingerprint(terms_box: bytes) -> bytes:
    """A box is sealed anew at every change of a grant, so no two are the same."""
    return hashlib.sha256(terms_box).digest()
