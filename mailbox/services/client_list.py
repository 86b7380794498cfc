"""The people a helper helps, with how their post stands: new letters, dates that passed, and the date that is first.

Only what a grant covers is counted. Showing a row is a look: it is in the citizen's log before it is shown, once a day
for each process. What a person's letters come down to is remembered while the letters stay the same; no letter is.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeVar

from consent import Action, ends_soon, told_to_helper
from mailbox.crypto import GrantSecret, Keyholder, OpenGrant, Sealer
from mailbox.domain.errors import NotFound, SealBroken
from mailbox.domain.identifiers import GrantId
from mailbox.domain.letters import LetterMetadata
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.domain.sealed import Cursor, HeldGrant, SealedSummary
from mailbox.services.access import Access, Gate, Passage
from mailbox.services.client_memory import ClientMemory, Digest
from mailbox.services.client_rows import (
    PER_PAGE,
    ClientPage,
    ClientPost,
    ClientQuery,
    ClientRow,
    fits,
    needs_all,
    place,
)
from mailbox.services.grant_terms import terms_of
from mailbox.services.grant_use import use_now
from mailbox.services.helping import is_told_closed, stopped_ms
from mailbox.services.holds import Holds
from mailbox.services.log_entries import Act, Look, Role, write_entry
from mailbox.services.metadata import metadata_of
from mailbox.services.open_dates import local_day, open_dates

_LETTERS: Final = 500
_PEOPLE: Final = 50
"""People looked up in one transaction: others get a turn in between."""
_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Held:
    """One hold of the helper, opened. `passage` None: not open now."""

    secret: GrantSecret
    row: ClientRow
    passage: Passage | None = None
    digest: Digest | None = None


class ClientList:
    """The helper's own list."""

    def __init__(self, *, store: Store, sealer: Sealer, keyholder: Keyholder, clock: Clock) -> None:
        self._store = store
        self._sealer = sealer
        self._gate = Gate(sealer=sealer, keyholder=keyholder)
        self._holds = Holds(sealer)
        self._clock = clock
        self._memory = ClientMemory()

    async def page(self, helper: Person, query: ClientQuery) -> ClientPage:
        """A page of people. Every row with figures was logged before this returns."""
        holds = await self._held_by(helper)
        wanted = query.search.casefold().split()
        named = [held for held in holds if all(word in held[1].citizen_name.casefold() for word in wanted)]
        people = await self._people(helper, named)
        if needs_all(query):
            people = await self._with_post(helper, people)
        fitting = (one for one in people if fits(one.row, query.filter))
        found = sorted(fitting, key=lambda one: place(one.row, query.order))
        pages = max(1, -(-len(found) // PER_PAGE))
        page = min(max(1, query.page), pages)
        shown = await self._with_post(helper, found[(page - 1) * PER_PAGE : page * PER_PAGE])
        rows = [await self._seen(helper, one) for one in shown]
        return ClientPage(rows=tuple(rows), page=page, pages=pages, found=len(found), total=len(holds))

    async def star(self, helper: Person, grant_id: GrantId, *, favourite: bool) -> None:
        """The helper's own mark. Raises NotFound when they hold no such grant."""
        ref = Holds(self._sealer).ref(grant_id, helper.mailbox_id)
        async with self._store.write() as tx:
            if await tx.grants.held(helper.mailbox_id, ref) is None:
                raise NotFound
            await tx.grants.star(helper.mailbox_id, ref, favourite=favourite)

    async def _held_by(self, helper: Person) -> list[tuple[HeldGrant, GrantSecret]]:
        """What the helper holds, opened. One row that was tampered with must not hide the others."""
        found: list[tuple[HeldGrant, GrantSecret]] = []
        async with self._store.read() as tx:
            own = await self._gate.unlock(tx, helper)
            for held in await tx.grants.held_by(helper.mailbox_id):
                with contextlib.suppress(SealBroken):
                    found.append((held, own.held(held.ref, held.blob)))
        return found

    async def _people(self, helper: Person, holds: Sequence[tuple[HeldGrant, GrantSecret]]) -> list[_Held]:
        """Who is open now, or was closed lately."""
        found: list[_Held] = []
        for some in _pieces(holds):
            async with self._store.read() as tx:
                found += [one for held in some if (one := await self._one(tx, helper, *held)) is not None]
        return found

    async def _one(self, tx: Transaction, helper: Person, held: HeldGrant, secret: GrantSecret) -> _Held | None:
        row = ClientRow(grant_id=secret.grant_id, name=secret.citizen_name, favourite=held.favourite)
        try:
            passage = await self._standing(tx, helper, secret)
        except NotFound:
            return await self._closed(tx, helper, secret, row)
        return _Held(secret=secret, row=self._open_row(row, passage), passage=passage)

    def _open_row(self, row: ClientRow, passage: Passage) -> ClientRow:
        until_ms = passage.terms.scope.until_ms
        ending = ends_soon(given_ms=passage.record.created_ms, until_ms=until_ms, now_ms=self._clock.now_ms())
        return replace(row, scope=told_to_helper(passage.terms.scope), ends_soon=ending)

    async def _standing(self, tx: Transaction, helper: Person, secret: GrantSecret) -> Passage:
        if not secret.has_key:
            raise NotFound
        return await self._gate.standing(tx, secret.mailbox_id, secret.grant_id, helper, self._clock.now_ms())

    async def _closed(self, tx: Transaction, helper: Person, secret: GrantSecret, row: ClientRow) -> _Held | None:
        """Paused, or stopped not long ago. Who reads this cannot tell a pause from a quiet stop."""
        record = await tx.grants.get(secret.mailbox_id, secret.grant_id)
        try:
            terms = terms_of(record, self._sealer) if record else None
        except SealBroken:
            return None
        if record is None or terms is None or helper.mailbox_id not in terms.helpers:
            return None
        if not is_told_closed(record, terms, self._clock.now_ms()):
            return None
        return _Held(secret=secret, row=replace(row, stopped_ms=stopped_ms(record, terms)))

    async def _with_post(self, helper: Person, people: Sequence[_Held]) -> list[_Held]:
        """The same people with how their post stands."""
        found: list[_Held] = []
        for some in _pieces(people):
            async with self._store.read() as tx:
                found += [await self._digested(tx, helper, one) for one in some]
        return found

    async def _digested(self, tx: Transaction, helper: Person, one: _Held) -> _Held:
        if one.passage is None or one.row.post is not None:
            return one
        now_ms = self._clock.now_ms()
        today, rows = local_day(now_ms), await _all_rows(tx, one.secret, now_ms)
        state = ClientMemory.fingerprint(one.passage.record.scope_box, today, rows)
        digest = self._memory.get(one.secret.grant_id, state, now_ms=now_ms)
        if digest is None:
            digest = await asyncio.to_thread(self._digest, _access(helper, one.secret, one.passage), rows, today)
            self._memory.put(one.secret.grant_id, state, digest, now_ms=now_ms)
        return replace(one, digest=digest, row=replace(one.row, post=_post(digest, rows, today)))

    def _digest(self, access: Access, rows: Sequence[SealedSummary], today: date) -> Digest:
        """Opens the letters, and keeps what they come down to. A row that does not open is not counted."""
        letters = [letter for row in rows if (letter := self._opened(access, row)) is not None]
        dates = open_dates(letters, today)
        return Digest(
            covered=frozenset(letter.letter_id for letter in letters),
            passed=dates.passed,
            first=dates.first,
            first_letter=dates.first_letter,
        )

    def _opened(self, access: Access, row: SealedSummary) -> LetterMetadata | None:
        try:
            letter = metadata_of(row, access.letter_key(row.letter_id, row.key), self._sealer)
        except SealBroken:
            return None
        return letter if access.allows(letter, Action.LIST, self._clock.now_ms()) else None

    async def _seen(self, helper: Person, one: _Held) -> ClientRow:
        """The row as it may be shown: logged today, and its grant still standing."""
        if one.passage is None or one.digest is None:
            return one.row
        try:
            await self._tell(helper, one, one.digest)
        except (NotFound, SealBroken):  # stopped, paused or tampered with since it was read a moment ago
            return replace(one.row, scope=None, post=None)
        return one.row

    async def _tell(self, helper: Person, one: _Held, digest: Digest) -> None:
        now_ms, secret = self._clock.now_ms(), one.secret
        if not digest.covered or self._memory.is_told(secret.grant_id, local_day(now_ms)):
            async with self._store.read() as tx:
                await self._standing(tx, helper, secret)
            return
        look = Look(
            actor=helper.label,
            role=Role.HELPER,
            act=Act.OVERVIEW,
            letters=(digest.first_letter,) if digest.first_letter else (),
            grant_id=secret.grant_id,
        )
        async with self._store.write() as tx:
            await tx.mailboxes.lock(secret.mailbox_id)
            await self._standing(tx, helper, secret)
            await write_entry(tx, look, mailbox_id=secret.mailbox_id, reader=helper, sealer=self._sealer, at_ms=now_ms)
            await tx.grants.count_use(use_now(secret.mailbox_id, secret.grant_id, (), now_ms))
        self._memory.told(secret.grant_id, local_day(now_ms))


async def _all_rows(tx: Transaction, secret: GrantSecret, now_ms: int) -> list[SealedSummary]:
    """What is published and has a key for this grant."""
    found: list[SealedSummary] = []
    before: Cursor | None = None
    while True:
        rows = await tx.letters.page(
            secret.mailbox_id, secret.grant_id, visible_at_ms=now_ms, before=before, limit=_LETTERS
        )
        found += rows
        if len(rows) < _LETTERS:
            return found
        before = Cursor(publish_ms=rows[-1].publish_ms, letter_id=rows[-1].letter_id)


def _access(helper: Person, secret: GrantSecret, passage: Passage) -> Access:
    return Access(
        reader=helper,
        owner=secret.citizen_name,
        mailbox_id=secret.mailbox_id,
        recipient_id=secret.grant_id,
        keys=OpenGrant(secret),
        passage=passage,
    )


def _post(digest: Digest, rows: Sequence[SealedSummary], today: date) -> ClientPost:
    """New is what the citizen has not opened: that changes while the letters stay the same."""
    return ClientPost(
        new=sum(row.read_ms is None and row.letter_id in digest.covered for row in rows),
        passed=digest.passed,
        first=digest.first,
        days=(digest.first - today).days if digest.first else None,
    )


def _pieces(people: Sequence[_T]) -> Iterator[Sequence[_T]]:
    return (people[start : start + _PEOPLE] for start in range(0, len(people), _PEOPLE))
