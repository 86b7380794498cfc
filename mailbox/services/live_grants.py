"""Which grants of a mailbox are live, and on what terms: proved, so that no row of a grant is believed on its word.

A backup may hold rows of grants that have ended since, or of wider ones. What somebody put back is never proved by a
change that comes after it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mailbox.crypto import Sealer
from mailbox.domain.errors import DirectoryTampered, NotFound
from mailbox.domain.identifiers import MailboxId
from mailbox.domain.ports import Transaction
from mailbox.domain.sealed import MailboxDirectory


class LiveGrants:
    """Proves the live grants of a mailbox anew at each change. The caller holds the lock on the mailbox."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    @asynccontextmanager
    async def changing(self, tx: Transaction, mailbox_id: MailboxId, *, gives: bool) -> AsyncIterator[None]:
        """Around a change of grants. `gives`: somebody may see more after it, or again.

        While the live grants are not those that we wrote, only what takes away happens, and it proves nothing: until
        what was put back has ended, or until no grant is live, all of them give nothing.

        Raises:
            DirectoryTampered: the live grants are not those that we wrote, and the change gives.
            NotFound: no such mailbox.
        """
        sound = self._is_sound(await _directory(tx, mailbox_id))
        if gives and not sound:
            raise DirectoryTampered
        yield
        directory = await _directory(tx, mailbox_id)
        generation, mac = directory.grant_generation + 1, directory.grants_mac or b""
        if sound or self._is_sound(directory):
            mac = self._sealer.grants_mac(mailbox_id, generation, directory.grants)
        await tx.mailboxes.sign_grants(mailbox_id, generation=generation, mac=mac)

    def _is_sound(self, directory: MailboxDirectory) -> bool:
        if not directory.grants:  # who took all away gave nobody anything
            return True
        try:
            self._sealer.check_grants(directory)
        except DirectoryTampered:
            return False
        return True


async def _directory(tx: Transaction, mailbox_id: MailboxId) -> MailboxDirectory:
    directory = await tx.mailboxes.directory_of(mailbox_id)
    if directory is None:
        raise NotFound
    return directory
