"""Fills a store to a given size with rows as large as real ones, for mailboxes of nobody.

The bytes are random: nothing opens them, and nothing needs to. What is measured is a real mailbox among them.
"""

from __future__ import annotations

import os

from mailbox.domain.identifiers import LetterId, MailboxId
from mailbox.domain.sealed import Keyslot, MailboxEpoch, MailboxRecord, SealedKey, SealedLetter
from mailbox.store import Database

_NOW_MS = 1_790_000_000_000
_BATCH = 500
_PER_MAILBOX = 100
_META, _BODY, _KEY = 1_100, 1_500, 1_170


async def fill(database_url: str, letters: int) -> None:
    """Adds so many letters, a hundred to a mailbox."""
    store = Database(database_url)
    for start in range(0, letters, _BATCH):
        mailboxes = [_mailbox() for _ in range(_BATCH // _PER_MAILBOX)]
        numbers = range(start, min(start + _BATCH, letters))
        async with store.write() as tx:
            await tx.mailboxes.add(mailboxes)
            await tx.letters.add([_letter(mailboxes[n % len(mailboxes)].mailbox_id, n) for n in numbers])
    await store.close()


def _mailbox() -> MailboxRecord:
    return MailboxRecord(
        mailbox_id=MailboxId(os.urandom(16)),
        subject_tag=os.urandom(32),
        subject_box=os.urandom(80),
        keyslot=Keyslot(kind="operator", kek_version=1, blob=os.urandom(60)),
        epoch=MailboxEpoch(epoch=0, public=os.urandom(1216), directory_mac=os.urandom(32), seed_wrap=os.urandom(80)),
        created_ms=_NOW_MS,
    )


def _letter(mailbox: MailboxId, n: int) -> SealedLetter:
    letter_id, noise = LetterId(os.urandom(16)), os.urandom(_BODY)
    return SealedLetter(
        mailbox_id=mailbox,
        letter_id=letter_id,
        grant_generation=0,
        received_ms=_NOW_MS + n,
        publish_ms=_NOW_MS + n,
        meta_box=noise[:_META],
        body_box=noise,
        attachments=(),
        keys=(SealedKey(letter_id=letter_id, recipient_id=mailbox, blob=noise[:_KEY]),),
        owner_tag=noise[:32],
        content_tag=noise[32:64],
    )
