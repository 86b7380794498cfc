"""Showing a row of the list of people is a look: in the citizen's log before it is shown.

So is a search or an order by date in which somebody's letters took part, who is not on the page: that says something
of them too, as that nothing is asked of them sooner.
The same look, at the same letters, is one a day for each helper, app and process: a list that is open all day would
bury the looks that matter.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from mailbox.crypto import Sealer
from mailbox.domain.errors import NotFound, SealBroken
from mailbox.domain.identifiers import GrantId, MailboxId
from mailbox.domain.local_time import local_day
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store
from mailbox.domain.sealed import MailboxDirectory, SealedLogEntry
from mailbox.services.access import Passage
from mailbox.services.client_digest import terms_hash
from mailbox.services.client_holds import ClientHolds, HeldClient
from mailbox.services.client_rows import ClientRow
from mailbox.services.grant_use import use_now
from mailbox.services.log_entries import Act, Look, Role, entry_of
from mailbox.services.pieces import pieces
from mailbox.services.settled import ScopeMoved
from mailbox.services.told_rows import Shown, ToldRows

_AT_ONCE: Final = 100
"""Looks written in one transaction: others who write get their turn in between."""
_Directories = Mapping[MailboxId, MailboxDirectory]
_Seen = tuple[HeldClient, Shown]
_Standing = dict[GrantId, Passage]


class ClientLooks:
    """The looks of one page."""

    def __init__(self, *, store: Store, sealer: Sealer, clock: Clock, holds: ClientHolds) -> None:
        self._store = store
        self._sealer = sealer
        self._clock = clock
        self._holds = holds
        self._told = ToldRows()

    async def seen(
        self, helper: Person, people: Sequence[HeldClient], examined: Sequence[HeldClient] = ()
    ) -> list[ClientRow]:
        """The rows as they may be shown: logged today, and each grant still standing.

        `examined`: whose letters decided who is on the page, themselves or not.

        Raises:
            ScopeMoved: a grant covers something else than when the letters were counted.
        """
        now_ms = self._clock.now_ms()
        today = local_day(now_ms)
        looks = list(_looks(helper, people, examined))
        untold = [(one, shown) for one, shown in looks if shown.letters > 0 and not self._told.has(shown, today)]
        logged = {one.row.grant_id for one, _ in untold}
        told = [one for one in people if one.digest is not None and one.row.grant_id not in logged]
        standing: _Standing = {}
        for some in pieces(untold, _AT_ONCE):
            standing |= await self._log(helper, some, now_ms)
        standing |= await self._check(helper, told)
        if any(_moved(one, standing) for one in (*people, *examined)):
            raise ScopeMoved
        return [one.row if one.digest is None or one.row.grant_id in standing else _shut(one.row) for one in people]

    async def _check(self, helper: Person, people: Sequence[HeldClient]) -> _Standing:
        if not people:
            return {}
        async with self._store.read() as tx:
            directories = await tx.mailboxes.directories_of({one.secret.mailbox_id for one in people})
        return await asyncio.to_thread(self._still, helper, people, directories)

    def _still(self, helper: Person, people: Sequence[HeldClient], directories: _Directories) -> _Standing:
        found: _Standing = {}
        for one in people:
            with suppress(NotFound):
                found[one.row.grant_id] = self._holds.passage(helper, one.secret, directories)
        return found

    async def _log(self, helper: Person, looks: Sequence[_Seen], now_ms: int) -> _Standing:
        """Writes these looks, as far as the grants stand as they did. Returns those that stand, and can be logged."""
        mailboxes = {one.secret.mailbox_id for one, _ in looks}
        async with self._store.write() as tx:
            await tx.mailboxes.lock_all(mailboxes)
            directories = await tx.mailboxes.directories_of(mailboxes)
            heads = dict(await tx.log.heads(mailboxes))
            standing = await asyncio.to_thread(self._still, helper, [one for one, _ in looks], directories)
            due = [pair for pair in looks if pair[1].grant_id in standing and not _moved(pair[0], standing)]
            entries = await asyncio.to_thread(self._entries, helper, due, directories, heads, now_ms)
            await tx.log.append_all(list(entries.values()))
            uses = [use_now(entry.mailbox_id, grant_id, (), now_ms) for grant_id, entry in entries.items()]
            await tx.grants.count_uses(uses)
        for _, shown in due:
            if shown.grant_id in entries:
                self._told.add(shown, local_day(now_ms))
            else:
                del standing[shown.grant_id]
        return standing

    def _entries(
        self,
        helper: Person,
        looks: Sequence[_Seen],
        directories: _Directories,
        heads: dict[MailboxId, tuple[int, bytes]],
        now_ms: int,
    ) -> dict[GrantId, SealedLogEntry]:
        """An entry for each look that can be sealed. One mailbox may have several: each is the head of the next."""
        made: dict[GrantId, SealedLogEntry] = {}
        for one, shown in looks:
            mailbox_id = one.secret.mailbox_id
            with suppress(SealBroken):  # tampered with: the citizen cannot be told
                entry = entry_of(
                    _look(helper, shown),
                    directories[mailbox_id],
                    head=heads.get(mailbox_id),
                    reader=helper,
                    sealer=self._sealer,
                    at_ms=now_ms,
                )
                heads[mailbox_id] = (entry.seq, entry.commit)
                made[shown.grant_id] = entry
        return made


def _looks(helper: Person, people: Sequence[HeldClient], examined: Sequence[HeldClient]) -> Iterator[_Seen]:
    """What this page says of each of them: of who is on it, and of who is not and took part in the search."""
    on_page = {one.row.grant_id for one in people}
    for one in people:
        yield from _of(helper, one, is_row=True)
    for one in examined:
        if one.row.grant_id not in on_page:
            yield from _of(helper, one, is_row=False)


def _of(helper: Person, one: HeldClient, *, is_row: bool) -> Iterator[_Seen]:
    """Nothing of whom no letter was counted."""
    if one.digest is not None:
        yield (
            one,
            Shown(
                helper_id=helper.mailbox_id,
                grant_id=one.row.grant_id,
                terms=one.digest.terms,
                letters=one.digest.letters,
                first=one.first_letter,
                is_row=is_row,
                app=helper.app,
            ),
        )


def _moved(one: HeldClient, standing: Mapping[GrantId, Passage]) -> bool:
    """Whether the grant stands, and says something else than when the letters were counted."""
    passage = standing.get(one.row.grant_id)
    return one.digest is not None and passage is not None and one.digest.terms != terms_hash(passage.record.scope_box)


def _look(helper: Person, shown: Shown) -> Look:
    """The letter that is named is the one whose date is shown."""
    act = Act.OVERVIEW if shown.is_row else Act.COMPARED
    letters = (shown.first,) if shown.is_row and shown.first else ()
    return Look(actor=helper.label, role=Role.HELPER, act=act, letters=letters, grant_id=shown.grant_id)


def _shut(row: ClientRow) -> ClientRow:
    return replace(row, scope=None, post=None)
