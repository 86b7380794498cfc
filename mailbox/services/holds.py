"""What each helper holds of a grant: its secret, sealed to that one person; or only whose post it was."""

from __future__ import annotations

from mailbox.crypto import GrantSecret, OpenMailbox, Sealer
from mailbox.domain.errors import NotFound
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
        directory = await tx.mailboxes.directory_of(helper_id)
        if directory is None:
            raise NotFound
        ref = self.ref(secret.grant_id, helper_id)
        blob = self._sealer.seal_hold(self._sealer.recipient(directory), ref, secret)
        await tx.grants.hold(HeldGrant(holder_id=helper_id, ref=ref, blob=blob, told_version=told_version))

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
