"""What somebody owes, over all senders: the overview, and one claim with its letters. One's own, or through a grant.

The look is logged before anything is shown: of the overview the letters that the amounts are from. Through a grant
claims are made of the letters that it covers, and of nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from consent import Action
from mailbox.crypto import Keyholder, OpenMailbox, Sealer
from mailbox.domain.claims.claims import Claim, claims_of
from mailbox.domain.claims.lines import ClaimLine, lines_of
from mailbox.domain.claims.said import NOTHING_SAID, Said, Word
from mailbox.domain.errors import NotFound, SealBroken
from mailbox.domain.identifiers import GrantId, LetterId
from mailbox.domain.letters import LetterMetadata
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.domain.sealed import Cursor, SealedSummary
from mailbox.services.access import Access, Gate
from mailbox.services.grant_views import GrantView, helper_view
from mailbox.services.kept_money import NOTHING, SAID, Kept, KeptMoney, said_in, said_note
from mailbox.services.log_entries import Act, Look, Role, write_entry
from mailbox.services.looks import Looks
from mailbox.services.metadata import metadata_of
from mailbox.services.opening_reasons import NOBODY_ASKS, ReasonPolicy
from mailbox.services.settled import settled

_CHUNK: Final = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Money:
    """All claims that letters tell of, in order of their first letter, and what the citizen said of them.

    `broken`: letters of which the amount cannot be read. `said` is the citizen's own: through a grant, nothing.
    """

    owner: str
    claims: tuple[ClaimLine, ...]
    said: Said
    broken: int
    grant: GrantView | None


@dataclass(frozen=True, kw_only=True, slots=True)
class OneClaim:
    """A claim with its letters, and what the citizen said of it."""

    owner: str
    claim: Claim
    said: Said
    grant: GrantView | None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Opened:
    """What a reader may see. `letters`: all that are covered, through a grant; one's own are not opened for this."""

    access: Access
    claims: tuple[ClaimLine, ...]
    said: Said = NOTHING_SAID
    broken: int = 0
    letters: tuple[LetterMetadata, ...] = ()
    kept: Kept = NOTHING


class Paying:
    """The claims of a citizen."""

    def __init__(
        self,
        *,
        store: Store,
        sealer: Sealer,
        keyholder: Keyholder,
        clock: Clock,
        reasons: ReasonPolicy = NOBODY_ASKS,
    ) -> None:
        """`reasons`: who must say why before they see this through a grant."""
        self._store = store
        self._sealer = sealer
        self._gate = Gate(sealer=sealer, keyholder=keyholder, reasons=reasons)
        self._looks = Looks(store=store, sealer=sealer, gate=self._gate, clock=clock)
        self._money = KeptMoney(sealer)
        self._clock = clock

    @settled
    async def overview(self, reader: Person, *, through: GrantId | None = None) -> Money:
        """All claims of the reader's own post that is published, or of what a grant covers.

        Raises:
            NotFound: a grant that does not stand for this reader.
            ReasonNeeded: the reader must say first why they open this person's post; so for one claim.
        """
        found = await self._open(reader, through)
        await self._log(found, [letter for claim in found.claims for letter in claim.letters])
        return Money(
            owner=found.access.owner,
            claims=found.claims,
            said=found.said,
            broken=found.broken,
            grant=_view(found.access),
        )

    @settled
    async def claim(self, reader: Person, letter_id: LetterId, *, through: GrantId | None = None) -> OneClaim:
        """The claim that this letter is in.

        Raises:
            NotFound: unknown, not published, not the reader's, outside the grant, or a letter without a claim.
        """
        found = await self._open(reader, through)
        line = next((line for line in found.claims if letter_id in line.letters), None)
        if line is None:
            raise NotFound
        letters = found.letters or await self._own_letters(found.access, line.letters)
        await self._log(found, line.letters)
        claim = next(one for one in claims_of(letters) if letter_id in {letter.letter_id for letter in one.letters})
        return OneClaim(owner=found.access.owner, claim=claim, said=found.said, grant=_view(found.access))

    async def say(self, citizen: Person, letter_id: LetterId, word: Word, *, is_so: bool) -> None:
        """The citizen's own word on a letter of a claim, or takes it back. Once said or taken back, it stays so.

        Raises:
            NotFound: not a letter of a claim of theirs; that one paid, not a letter about a bill.
        """
        found = await self._open(citizen, None)
        about = _about(found.claims, letter_id, word)
        own = found.access.keys
        assert isinstance(own, OpenMailbox)  # noqa: S101 - not through a grant
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            await tx.mailboxes.lock(own.mailbox_id)
            before = said_in(own, await tx.mailboxes.money_notes(own.mailbox_id, [SAID]))
            after = before.adding(letter_id, word, now_ms) if is_so else before.without(about, word)
            if after != before:
                await tx.mailboxes.keep_money_notes(own.mailbox_id, said_note(own, after))
                if word is Word.PAID:
                    await _remind_of_the_rest(tx, own, about, after)
                look = _said(citizen, letter_id, word, is_so=is_so)
                await write_entry(
                    tx, look, mailbox_id=own.mailbox_id, reader=citizen, sealer=self._sealer, at_ms=now_ms
                )

    async def _open(self, reader: Person, through: GrantId | None) -> _Opened:
        """Of one's own what was kept, or made anew; letters that come meanwhile make it be made anew the next time."""
        now_ms = self._clock.now_ms()
        async with self._store.read() as tx:
            access = await self._gate.open(tx, reader, through, now_ms)
            if isinstance(access.keys, OpenMailbox):
                now = await self._money.overview(tx, access.keys, now_ms)
                digest = now.digest
                return _Opened(access=access, claims=digest.claims, said=now.said, broken=digest.broken, kept=now.kept)
            letters = await self._covered(tx, access, now_ms)
        claims = await asyncio.to_thread(lambda: lines_of(claims_of(letters)))
        return _Opened(access=access, claims=claims, letters=tuple(letters))

    async def _covered(self, tx: Transaction, access: Access, now_ms: int) -> list[LetterMetadata]:
        """All letters that the grant covers. One that does not open is not counted: it may be of any kind."""
        found: list[LetterMetadata] = []
        before: Cursor | None = None
        while True:
            rows = await tx.letters.page(
                access.mailbox_id, access.recipient_id, visible_at_ms=now_ms, before=before, limit=_CHUNK
            )
            found += await asyncio.to_thread(self._covered_of, access, rows, now_ms)
            if len(rows) < _CHUNK:
                return found
            before = Cursor(publish_ms=rows[-1].publish_ms, letter_id=rows[-1].letter_id)

    def _covered_of(self, access: Access, rows: Sequence[SealedSummary], now_ms: int) -> list[LetterMetadata]:
        found: list[LetterMetadata] = []
        for row in rows:
            try:
                letter = metadata_of(row, access.letter_key(row.letter_id, row.key), self._sealer)
            except SealBroken:
                continue
            if access.allows(letter, Action.LIST, now_ms):
                found.append(letter)
        return found

    async def _own_letters(self, access: Access, letter_ids: Sequence[LetterId]) -> list[LetterMetadata]:
        own, now_ms = access.mailbox_id, self._clock.now_ms()
        async with self._store.read() as tx:
            rows = await tx.letters.some(own, own, letter_ids, visible_at_ms=now_ms)
        if len(rows) < len(letter_ids):
            raise NotFound
        return [metadata_of(row, access.letter_key(row.letter_id, row.key), self._sealer) for row in rows.values()]

    async def _log(self, found: _Opened, letters: Sequence[LetterId]) -> None:
        """Writes the look, if there was anything to see, and keeps what was made.

        That nothing is to be paid by the letters of a grant is an answer as well.
        """

        async def keep(tx: Transaction, _: int) -> None:
            if isinstance(found.access.keys, OpenMailbox):
                await found.kept.store(tx, found.access.keys)

        if letters or found.letters:
            await self._looks.write(found.access, Act.LIST, letters, also=keep)
        elif found.kept.notes:
            async with self._store.write() as tx:
                await tx.mailboxes.lock(found.access.mailbox_id)
                await keep(tx, 0)


async def _remind_of_the_rest(tx: Transaction, own: OpenMailbox, bill: Sequence[LetterId], said: Said) -> None:
    """Nobody is reminded to pay what they say is paid. By a letter that came since, or once taken back, they are."""
    paid = max((number for number, letter in enumerate(bill, start=1) if said.is_paid(letter)), default=0)
    await tx.alerts.lock(own.mailbox_id)
    for plans in (tx.alerts, tx.ladders):
        await plans.mute(own.mailbox_id, bill[:paid], muted=True)
        await plans.mute(own.mailbox_id, bill[paid:], muted=False)


def _about(claims: Sequence[ClaimLine], letter_id: LetterId, word: Word) -> Sequence[LetterId]:
    """The letters that the word is about: of a payment all of that bill. Raises NotFound."""
    for claim in claims:
        for bill in claim.bills if word is Word.PAID else ():
            if letter_id in bill.letters:
                return bill.letters
        if word is Word.OBJECTED and letter_id in claim.letters:
            return [letter_id]
    raise NotFound


def _said(citizen: Person, letter_id: LetterId, word: Word, *, is_so: bool) -> Look:
    return Look(
        actor=citizen.label,
        role=Role.CITIZEN,
        act=Act.SAID if is_so else Act.TAKEN_BACK,
        letters=(letter_id,),
        details={"word": word.value},
    )


def _view(access: Access) -> GrantView | None:
    return None if access.passage is None else helper_view(access.passage.record, access.passage.terms)
