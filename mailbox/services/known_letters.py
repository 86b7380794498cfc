"""Letters as a citizen keeps them for the sums: opened once, with no more of each than claims and dates ask. Pure.

A letter never changes and never goes, so what was opened stays good; only what came since is opened.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from mailbox.domain.identifiers import LetterId
from mailbox.domain.letters import LetterMetadata, metadata_from
from mailbox.domain.sealed import SealedSummary

_FORM: Final = 1
"""Of what is kept: with another, all is opened anew."""
_FIELDS: Final[tuple[str, ...]] = (
    "afzender",
    "kenmerk",
    "berichtsoort",
    "aard",
    "zaakkenmerk",
    "domeinen",
    "onderwerp",
    "dagtekening",
    "publicatietijdstip",
    "reactieVerwacht",
    "bedragen",
    "betaling",
    "relatie",
    "overgenomenVan",
)
_NO_WORDS: Final = {"grondslag": "", "gevolg": ""}


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownLetter:
    """One letter. `data`: of its metadata, what is kept; `publish_ms`: by its row, in UTC milliseconds."""

    letter_id: LetterId
    publish_ms: int
    received_ms: int
    data: Mapping[str, Any]

    def opened(self) -> LetterMetadata:
        """As metadata, without what was left out."""
        return metadata_from(
            self.data,
            letter_id=self.letter_id,
            publish_ms=self.publish_ms,
            received_ms=self.received_ms,
            read_ms=None,
        )


@dataclass(kw_only=True, slots=True)
class KnownLetters:
    """All that were opened. `broken`: of which the seal was not right, this time."""

    letters: dict[LetterId, KnownLetter] = field(default_factory=dict)
    broken: set[LetterId] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self.letters) + len(self.broken)

    def __contains__(self, letter_id: LetterId) -> bool:
        return letter_id in self.letters or letter_id in self.broken

    def to_json(self) -> bytes:
        """For the citizen's own note. What was broken is tried again."""
        told = [[one.letter_id.hex(), one.publish_ms, one.received_ms, one.data] for one in self.letters.values()]
        return json.dumps([_FORM, told], ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, raw: bytes) -> KnownLetters:
        """The inverse of `to_json`; nothing for another form."""
        form, told = json.loads(raw)
        if form != _FORM:
            return cls()
        letters = [_letter(*one) for one in told]
        return cls(letters={one.letter_id: one for one in letters})


def known_letter(row: SealedSummary, metadata: bytes) -> KnownLetter:
    """What is kept of an opened letter."""
    data: dict[str, Any] = json.loads(metadata)
    kept = {name: data[name] for name in _FIELDS if name in data}
    terms = [{**term, **_NO_WORDS} for term in data.get("termijnen", ())]
    return KnownLetter(
        letter_id=row.letter_id,
        publish_ms=row.publish_ms,
        received_ms=row.received_ms,
        data={**kept, "termijnen": terms, "bijlagen": []},
    )


def _letter(letter_id: str, publish_ms: int, received_ms: int, data: Mapping[str, Any]) -> KnownLetter:
    return KnownLetter(
        letter_id=LetterId(bytes.fromhex(letter_id)), publish_ms=publish_ms, received_ms=received_ms, data=data
    )
