"""The physical limit of this machine: seal and store, with no HTTP, no JSON and no checks in between."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

from mailbox.crypto import FileKek, Sealer
from mailbox.domain.identifiers import Bsn, Oin
from mailbox.domain.letters import split
from mailbox.domain.people import Subject
from mailbox.domain.sealed import SealedLetter
from mailbox.services.batching import BATCH
from mailbox.services.directory import verified
from mailbox.store import Database
from tests.bench.letters import AGENCY, citizens, letter_of

_NOW_MS = 1_795_000_000_000


async def seal_and_store(database_url: str, kek_file: Path, *, size: int, number: int, mailboxes: int) -> float:
    """Letters a second: one process seals, batches of 64 become durable meanwhile."""
    store, sealer = Database(database_url), Sealer(FileKek(kek_file))
    bsns = citizens(mailboxes)
    tags = {bsn: sealer.subject_tag(Subject.of_bsn(Bsn(bsn))) for bsn in bsns}
    async with store.write() as tx:
        await tx.mailboxes.add([sealer.new_mailbox(Subject.of_bsn(Bsn(bsn)), now_ms=_NOW_MS) for bsn in bsns])
        found = await tx.mailboxes.with_tags(list(tags.values()))
    addresses = [verified(found[tags[bsn]], sealer) for bsn in bsns]
    parts = split(json.loads(letter_of(size, bsns[0], "limit")), ())
    writing: asyncio.Task[None] | None = None
    started = time.perf_counter()
    for start in range(0, number, BATCH):
        batch = []
        for n in range(start, min(start + BATCH, number)):
            address = addresses[n % mailboxes]
            letter_id = sealer.letter_id(Oin(AGENCY), f"limit-{size}-{n}")
            sealed = sealer.seal_letter(
                address.recipient, letter_id, meta=parts.meta, body=parts.body, attachments=(), grants=()
            )
            batch.append(
                SealedLetter(
                    mailbox_id=address.mailbox_id,
                    letter_id=letter_id,
                    grant_generation=address.grant_generation,
                    received_ms=_NOW_MS + n,
                    publish_ms=_NOW_MS + n,
                    meta_box=sealed.meta_box,
                    body_box=sealed.body_box,
                    attachments=(),
                    keys=sealed.keys,
                    owner_tag=bytes(32),
                    content_tag=bytes(32),
                )
            )
            if n % 8 == 0:
                await asyncio.sleep(0)
        if writing is not None:
            await writing
        writing = asyncio.create_task(_store(store, batch))
    if writing is not None:
        await writing
    seconds = time.perf_counter() - started
    await store.close()
    return number / seconds


async def _store(store: Database, batch: list[SealedLetter]) -> None:
    async with store.write() as tx:
        await tx.letters.add(batch)
