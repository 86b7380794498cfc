"""What the letters that a grant covers come down to: counts and dates. No letter is in it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from mailbox.domain.local_time import local_day
from mailbox.services.open_dates import KeptDates


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """`letters`: how many are published; `keys`: how many keys the grant had then, also to those that are not.

    From `from_ms` until before `until_ms` (UTC milliseconds) the same of them are published. `terms`: of the grant, as
    a hash of the box that they are in: a box is sealed anew at every change, so no two are the same.
    """

    letters: int
    keys: int
    from_ms: int
    until_ms: int
    terms: bytes
    dates: KeptDates

    def holds(self, terms_box: bytes, *, keys: int, now_ms: int) -> bool:
        """Whether it says how things stand now. `terms_box`: of the grant as it stands; `keys`: that it has.

        Letters never change, and under the same terms a grant only gains keys: as many keys are the same letters.
        """
        return (
            self.keys == keys
            and self.from_ms <= now_ms < self.until_ms
            and self.dates.since <= local_day(now_ms)
            and self.terms == terms_hash(terms_box)
        )

    def to_json(self) -> bytes:
        """For the helper's own note."""
        data = {
            "letters": self.letters,
            "keys": self.keys,
            "from_ms": self.from_ms,
            "until_ms": self.until_ms,
            "terms": self.terms.hex(),
            "asked": self.dates.to_json(),
        }
        return json.dumps(data, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, raw: bytes) -> Digest:
        """The inverse of `to_json`."""
        data: dict[str, Any] = json.loads(raw)
        return cls(
            letters=data["letters"],
            keys=data["keys"],
            from_ms=data["from_ms"],
            until_ms=data["until_ms"],
            terms=bytes.fromhex(data["terms"]),
            dates=KeptDates.from_json(data["asked"]),
        )


def terms_hash(terms_box: bytes) -> bytes:
    """SHA-256 of the box."""
    return hashlib.sha256(terms_box).digest()
