"""What all of a citizen's letters come to, kept for the citizen alone, under the key of their own notes.

A letter is opened once. What came since is opened when somebody asks, and the sums are made anew from what is known.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from mailbox.crypto import LetterKey, OpenMailbox, Sealer
from mailbox.domain.claims.claims import claims_in, folded
from mailbox.domain.claims.lines import lines_of
from mailbox.domain.claims.said import NOTHING_SAID, Said
from mailbox.domain.errors import SealBroken
from mailbox.domain.local_time import local_day
from mailbox.domain.ports import Transaction
from mailbox.domain.sealed import Cursor, SealedSummary
from mailbox.services.filing import filed
from mailbox.services.known_letters import KnownLetters, known_letter
from mailbox.services.metadata import checked
from mailbox.services.money_digest import MoneyDigest, Span, TaskDigest
from mailbox.services.open_dates import asked_in
from mailbox.services.said_notes import said_from, said_json

_CHUNK: Final = 100
_ALWAYS_MS: Final = 2**62
OVERVIEW, AGENDA, LETTERS, SAID = "overzicht", "agenda", "brieven", "gezegd"
_REFS: Final = {
    OVERVIEW: b"betalen",
    AGENDA: b"betalen/agenda",
    LETTERS: b"betalen/brieven",
    SAID: b"betalen/gezegd",
}
_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What there is to keep after a look: notes by kind, and keys of letters that were opened."""

    notes: Mapping[str, bytes] = field(default_factory=dict)
    opened: tuple[tuple[SealedSummary, LetterKey], ...] = ()

    async def store(self, tx: Transaction, own: OpenMailbox) -> None:
        """The caller holds the lock on the mailbox."""
        if self.notes:
            await tx.mailboxes.keep_money_notes(own.mailbox_id, self.notes)
            await tx.letters.replace_keys(own.mailbox_id, filed(own, self.opened))


NOTHING: Final = Kept()


@dataclass(frozen=True, kw_only=True, slots=True)
class MoneyNow:
    """How one's own money stands."""

    digest: MoneyDigest
    said: Said
    kept: Kept


@dataclass(frozen=True, kw_only=True, slots=True)
class AgendaNow:
    """What one's own letters ask. `whole`: no letter waits to be opened."""

    agenda: TaskDigest
    said: Said
    whole: bool
    kept: Kept


class KeptMoney:
    """Reads what was kept, or makes it anew."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    async def overview(self, tx: Transaction, own: OpenMailbox, now_ms: int) -> MoneyNow:
        """Over every letter."""
        keys = await tx.letters.count(own.mailbox_id)
        notes = await tx.mailboxes.money_notes(own.mailbox_id, [OVERVIEW, SAID])
        digest, said = _read(own, notes, OVERVIEW, MoneyDigest.from_json), said_in(own, notes)
        if digest is not None and digest.holds(keys=keys, now_ms=now_ms):
            return MoneyNow(digest=digest, said=said, kept=NOTHING)
        digest, _, kept = await self._fresh(tx, own, keys, now_ms, keys)
        return MoneyNow(digest=digest, said=said, kept=kept)

    async def agenda(self, tx: Transaction, own: OpenMailbox, now_ms: int, *, at_most: int) -> AgendaNow:
        """Opens so many letters at most: of who has many that were never opened, the newest first."""
        keys = await tx.letters.count(own.mailbox_id)
        notes = await tx.mailboxes.money_notes(own.mailbox_id, [AGENDA, SAID])
        agenda, said = _read(own, notes, AGENDA, TaskDigest.from_json), said_in(own, notes)
        if agenda is not None and agenda.holds(keys=keys, now_ms=now_ms):
            return AgendaNow(agenda=agenda, said=said, whole=True, kept=NOTHING)
        _, agenda, kept = await self._fresh(tx, own, keys, now_ms, at_most)
        return AgendaNow(agenda=agenda, said=said, whole=agenda.span.keys == keys, kept=kept)

    async def _fresh(
        self, tx: Transaction, own: OpenMailbox, keys: int, now_ms: int, at_most: int
    ) -> tuple[MoneyDigest, TaskDigest, Kept]:
        notes = await tx.mailboxes.money_notes(own.mailbox_id, [LETTERS])
        known = await asyncio.to_thread(_read, own, notes, LETTERS, KnownLetters.from_json) or KnownLetters()
        unknown = _unknown(tx, own, known, min(keys, len(known) + at_most))
        tried = [(row, self._open(own, row, known)) async for row in unknown]
        opened = tuple((row, key) for row, key in tried if key is not None)
        digest, agenda = await asyncio.to_thread(_summed, known, now_ms)
        told = {OVERVIEW: digest.to_json(), AGENDA: agenda.to_json()}
        if opened:
            told[LETTERS] = await asyncio.to_thread(known.to_json)
        return digest, agenda, Kept(notes=_sealed(own, told), opened=opened)

    def _open(self, own: OpenMailbox, row: SealedSummary, known: KnownLetters) -> LetterKey | None:
        """Adds a letter to what is known."""
        try:
            key = own.letter_key(row.letter_id, row.key)
            known.letters[row.letter_id] = known_letter(row, checked(row, key, self._sealer))
        except SealBroken:
            known.broken.add(row.letter_id)
            return None
        return key


def said_in(own: OpenMailbox, notes: Mapping[str, bytes]) -> Said:
    """What the citizen said; nothing where that cannot be read."""
    return _read(own, notes, SAID, said_from) or NOTHING_SAID


def said_note(own: OpenMailbox, said: Said) -> Mapping[str, bytes]:
    """To keep."""
    return _sealed(own, {SAID: said_json(said)})


async def _unknown(tx: Transaction, own: OpenMailbox, known: KnownLetters, enough: int) -> AsyncIterator[SealedSummary]:
    """Letters that were not opened yet, newest first, published or not, until so many are known.

    Between chunks others get their turn.
    """
    before: Cursor | None = None
    while len(known) < enough:
        rows = await tx.letters.page(
            own.mailbox_id, own.mailbox_id, visible_at_ms=_ALWAYS_MS, before=before, limit=_CHUNK
        )
        for row in rows:
            if row.letter_id not in known and len(known) < enough:
                yield row
        if len(rows) < _CHUNK:
            return
        before = Cursor(publish_ms=rows[-1].publish_ms, letter_id=rows[-1].letter_id)
        await asyncio.sleep(0)


def _summed(known: KnownLetters, now_ms: int) -> tuple[MoneyDigest, TaskDigest]:
    """What is published by now, and until when that is all."""
    letters = [one.opened() for one in known.letters.values()]
    at = {letter.letter_id: max(letter.publish_ms, known.letters[letter.letter_id].publish_ms) for letter in letters}
    published = [letter for letter in letters if at[letter.letter_id] <= now_ms]
    until_ms = min((ms for ms in at.values() if ms > now_ms), default=_ALWAYS_MS)
    span = Span(keys=len(known), from_ms=now_ms, until_ms=until_ms)
    matters = folded(published)
    claims, asked = lines_of(claims_in(matters)), asked_in(matters, local_day(now_ms))
    return MoneyDigest(span=span, broken=len(known.broken), claims=claims), TaskDigest(span=span, asked=asked)


def _read(own: OpenMailbox, notes: Mapping[str, bytes], kind: str, read: Callable[[bytes], _T | None]) -> _T | None:
    """What was kept; None where there is nothing that can be read."""
    if kind not in notes:
        return None
    try:
        return read(own.noted(_REFS[kind], notes[kind]))
    except SealBroken:
        return None


def _sealed(own: OpenMailbox, told: Mapping[str, bytes]) -> dict[str, bytes]:
    return {kind: own.note(_REFS[kind], text) for kind, text in told.items()}
