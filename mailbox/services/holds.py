"""What each helper holds of a grant: its secret, sealed to that one person; or only whose post it was."""

from __future__ import annotations

from dataclasses import replace

from mailbox.crypto import GrantSecret, OpenMailbox, Sealer
from mailbox.domain.errors import DirectoryTampered, NotFound
from mailbox.domain.identifiers import GrantId, MailboxId
from mailbox.domain.people import Person
from mailbox.domain.ports import Transaction
from mailbox.domain.sealed import HeldGrant


class Holds:
    """Gives and takes what helpers hold. One seal a person, never one an organisation."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def ref(self, grant_id: GrantId, helper_id: MailboxId) -> bytes:
        """Under what a hold is filed: a stolen table does not tell who helps whom."""
        return self._sealer.tag("held-grant", grant_id, helper_id)

    async def give(self, tx: Transaction, helper_id: MailboxId, secret: GrantSecret, *, told_version: int) -> None:
        """To a helper who need not be here. What changed up to `told_version` is none of theirs.

        Raises NotFound, DirectoryTampered.
        """
        held = await self._sealed(tx, helper_id, secret)
        await tx.grants.hold(replace(held, told_version=told_version))

    async def leave_name(self, tx: Transaction, helper_id: MailboxId, gone: GrantSecret, *, until_ms: int) -> None:
        """Instead of a key, whose post it was: until then. The helper's star stays, as it does in a pause.

        Nothing stays with a helper to whom nothing can be sealed: that must not keep a grant from ending.
        """
        try:
            held = await self._sealed(tx, helper_id, gone)
        except (NotFound, DirectoryTampered):
            await self.take(tx, helper_id, gone.grant_id)
        else:
            await tx.grants.hold(replace(held, name_until_ms=until_ms))

    async def forget_note(self, tx: Transaction, helper_id: MailboxId, grant_id: GrantId) -> None:
        """What the helper noted of the letters: it goes with what they may see of them."""
        await tx.grants.forget_note(helper_id, self.ref(grant_id, helper_id))

    async def take(self, tx: Transaction, helper_id: MailboxId, grant_id: GrantId) -> None:
        """Nothing of it stays with the helper."""
        await tx.grants.release(helper_id, self.ref(grant_id, helper_id))

    async def open(self, tx: Transaction, own: OpenMailbox, helper: Person, grant_id: GrantId) -> GrantSecret:
        """What this helper holds of the grant. Raises NotFound when that is nothing, or no more than a name."""
        ref = self.ref(grant_id, helper.mailbox_id)
        held = await tx.grants.held(helper.mailbox_id, ref)
        if held is None:
            raise NotFound
        secret = own.held(ref, held.blob)
        if not secret.has_key:
            raise NotFound
        return secret

    async def _sealed(self, tx: Transaction, helper_id: MailboxId, secret: GrantSecret) -> HeldGrant:
        """Raises NotFound, DirectoryTampered."""
        directory = await tx.mailboxes.directory_of(helper_id)
        if directory is None:
            raise NotFound
        ref = self.ref(secret.grant_id, helper_id)
        blob = self._sealer.seal_hold(self._sealer.recipient(directory), ref, secret)
        return HeldGrant(holder_id=helper_id, ref=ref, blob=blob)
