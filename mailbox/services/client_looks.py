"""Showing a row of the list of people is a look: in the citizen's log before it is shown.

The same row, of the same letters, is one look a day for each helper, app and process: a list that is open all day would
bury the looks that matter.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date

from mailbox.crypto import Sealer
from mailbox.domain.errors import NotFound, SealBroken
from mailbox.domain.identifiers import GrantId, MailboxId
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store
from mailbox.domain.sealed import MailboxDirectory, SealedLogEntry
from mailbox.services.client_holds import ClientHolds, HeldClient
from mailbox.services.client_rows import ClientRow
from mailbox.services.grant_use import use_now
from mailbox.services.log_entries import Act, Look, Role, entry_of
from mailbox.services.open_dates import local_day
from mailbox.services.told_rows import Shown, ToldRows

_Directories = Mapping[MailboxId, MailboxDirectory]


class ClientLooks:
    """The looks of one page, in one transaction."""

    def __init__(self, *, store: Store, sealer: Sealer, clock: Clock, holds: ClientHolds) -> None:
        self._store = store
        self._sealer = sealer
        self._clock = clock
        self._holds = holds
        self._told = ToldRows()

    async def seen(self, helper: Person, people: Sequence[HeldClient]) -> list[ClientRow]:
        """The rows as they may be shown: logged today, and each grant still standing."""
        now_ms = self._clock.now_ms()
        today = local_day(now_ms)
        counted = [one for one in people if one.digest is not None]
        untold = [one for one in counted if self._is_look(helper, one, today)]
        told = [one for one in counted if not self._is_look(helper, one, today)]
        shown = await self._log(helper, untold, now_ms) | await self._standing(helper, told)
        return [one.row if one.digest is None or one.row.grant_id in shown else _shut(one.row) for one in people]

    def _is_look(self, helper: Person, one: HeldClient, today: date) -> bool:
        """Whether something of a letter is shown, of which no look is in the log today."""
        shown = _shown(helper, one, today)
        return shown.letters > 0 and not self._told.has(shown, today)

    async def _standing(self, helper: Person, people: Sequence[HeldClient]) -> set[GrantId]:
        if not people:
            return set()
        async with self._store.read() as tx:
            directories = await tx.mailboxes.directories_of({one.secret.mailbox_id for one in people})
        return await asyncio.to_thread(self._still, helper, people, directories)

    def _still(self, helper: Person, people: Sequence[HeldClient], directories: _Directories) -> set[GrantId]:
        found: set[GrantId] = set()
        for one in people:
            with suppress(NotFound):
                self._holds.check_same(helper, one, directories)
                found.add(one.row.grant_id)
        return found

    async def _log(self, helper: Person, people: Sequence[HeldClient], now_ms: int) -> set[GrantId]:
        """Writes the looks at these people, as far as their grants stand. Returns which were."""
        if not people:
            return set()
        mailboxes = {one.secret.mailbox_id for one in people}
        async with self._store.write() as tx:
            await tx.mailboxes.lock_all(mailboxes)
            directories = await tx.mailboxes.directories_of(mailboxes)
            heads = dict(await tx.log.heads(mailboxes))
            entries = await asyncio.to_thread(self._entries, helper, people, directories, heads, now_ms)
            await tx.log.append_all(list(entries.values()))
            uses = [use_now(entry.mailbox_id, grant_id, (), now_ms) for grant_id, entry in entries.items()]
            await tx.grants.count_uses(uses)
        today = local_day(now_ms)
        for one in people:
            if one.row.grant_id in entries:
                self._told.add(_shown(helper, one, today), today)
        return set(entries)

    def _entries(
        self,
        helper: Person,
        people: Sequence[HeldClient],
        directories: _Directories,
        heads: dict[MailboxId, tuple[int, bytes]],
        now_ms: int,
    ) -> dict[GrantId, SealedLogEntry]:
        """An entry for each grant that stands. One mailbox may have several: each is the head of the next."""
        made: dict[GrantId, SealedLogEntry] = {}
        for one in people:
            mailbox_id = one.secret.mailbox_id
            with suppress(NotFound, SealBroken):  # stopped, changed or tampered with since a moment ago
                self._holds.check_same(helper, one, directories)
                entry = entry_of(
                    _look(helper, one, local_day(now_ms)),
                    directories[mailbox_id],
                    head=heads.get(mailbox_id),
                    reader=helper,
                    sealer=self._sealer,
                    at_ms=now_ms,
                )
                heads[mailbox_id] = (entry.seq, entry.commit)
                made[one.row.grant_id] = entry
        return made


def _look(helper: Person, one: HeldClient, today: date) -> Look:
    """The letter that is named is the one whose date is shown."""
    first = _shown(helper, one, today).first
    letters = (first,) if first else ()
    return Look(actor=helper.label, role=Role.HELPER, act=Act.OVERVIEW, letters=letters, grant_id=one.row.grant_id)


def _shown(helper: Person, one: HeldClient, today: date) -> Shown:
    digest = one.digest
    return Shown(
        helper_id=helper.mailbox_id,
        grant_id=one.row.grant_id,
        letters=digest.letters if digest else 0,
        first=digest.asked.on(today).first_letter if digest else None,
        app=helper.app,
    )


def _shut(row: ClientRow) -> ClientRow:
    return replace(row, scope=None, post=None)
