"""A small world for tests: the real services on a real store and real keys, with a clock that one can set."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from consent import Action, Every, Scope
from mailbox.bootstrap import Messages, Services, assemble
from mailbox.crypto import FileKek, WorkerKeyFile
from mailbox.domain.identifiers import Bsn, GrantId, LetterId, Oin
from mailbox.domain.people import Identity, Person, Subject
from mailbox.domain.ports import Channel, ObjectStore, Store
from mailbox.services.grant_views import GrantView
from mailbox.services.granting import GrantDraft
from mailbox.services.opening_reasons import NOBODY_ASKS, ReasonPolicy
from mailbox.services.reading import TimelineQuery
from tests.berichten import bericht

CJIB, UWV = Oin("00000099000000004000"), Oin("00000099000000002000")
NOW_MS = int(datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp() * 1000)
DAY_MS = 86_400_000


@dataclass
class SetClock:
    """Stands still until it is set."""

    ms: int = NOW_MS

    def now_ms(self) -> int:
        return self.ms


@dataclass
class World:
    """Services and shortcuts to what a story needs."""

    services: Services
    clock: SetClock
    kek_file: Path
    channel: Channel | None = None
    _kenmerken: int = field(default=0)

    @asynccontextmanager
    async def restarted(self) -> AsyncIterator[World]:
        """The same store and keys in a process that remembers nothing."""
        store, objects = self.services.store, self.services.objects
        async with world(store, objects, self.kek_file, channel=self.channel) as again:
            again.clock.ms = self.clock.ms
            again._kenmerken = self._kenmerken + 1_000_000
            yield again

    async def person(self, bsn: str, name: str, organisation: str | None = None) -> Person:
        """Logs someone in, which makes their mailbox."""
        subject = Subject.of_bsn(Bsn(bsn))
        token = await self.services.sessions.login(Identity(subject=subject, name=name, organisation=organisation))
        person = await self.services.sessions.person(token)
        assert person is not None
        return person

    async def deliver(self, bsn: str, *, files: tuple[bytes, ...] = (), **changes: Any) -> LetterId:
        """Sends one letter to this BSN; a fine of the CJIB unless the changes say otherwise."""
        letter = self.letter(bsn, files=files, **changes)
        receipt = await self.services.receiving.receive(Oin(letter["afzender"]), letter, files)
        return receipt.letter_id

    def letter(self, bsn: str, *, files: tuple[bytes, ...] = (), **changes: Any) -> dict[str, Any]:
        """A valid bericht with a reference of its own."""
        self._kenmerken += 1
        given: dict[str, Any] = {
            "kenmerk": f"TEST-{self._kenmerken}",
            "afzender": CJIB.value,
            "ontvanger": {"type": "BSN", "waarde": bsn},
        }
        if files:
            given["bijlagen"] = [_attachment(n, content) for n, content in enumerate(files)]
        return bericht(**{**given, **changes})

    async def grant(self, citizen: Person, helper: Person, scope: Scope) -> GrantId:
        """Gives and accepts a grant."""
        offer = await self.services.granting.offer(citizen, GrantDraft(helper_note="hulp", scope=scope))
        await self.services.helping.accept(helper, offer.code)
        return offer.grant_id

    async def change(self, citizen: Person, grant_id: GrantId, scope: Scope) -> GrantView:
        """Another scope for a grant as it stands."""
        version = (await self.services.granting.grant_of(citizen, grant_id)).version
        return await self.services.granting.change(citizen, grant_id, scope, version=version)

    async def ids(self, reader: Person, through: GrantId | None = None, **query: Any) -> set[LetterId]:
        """The ids that the reader's timeline lists."""
        timeline = await self.services.reading.timeline(reader, TimelineQuery(**query), through=through)
        return {letter.letter_id for letter in timeline.letters}


def scope(
    agencies: frozenset[str] | Every = frozenset({CJIB.value}),
    topics: frozenset[str] | Every = frozenset({"boete"}),
    *,
    actions: frozenset[Action] = frozenset(Action),
    days: int = 90,
    **bounds: Any,
) -> Scope:
    """A scope that covers the fines of the CJIB, for ninety days, unless told otherwise."""
    return Scope(agencies=agencies, topics=topics, actions=actions, until_ms=NOW_MS + days * DAY_MS, **bounds)


@asynccontextmanager
async def world(
    store: Store,
    objects: ObjectStore,
    kek_file: Path,
    *,
    reasons: ReasonPolicy = NOBODY_ASKS,
    channel: Channel | None = None,
) -> AsyncIterator[World]:
    """The services, taking letters in, over this store. `channel`: where messages go; None: nothing is sent."""
    clock, kek = SetClock(), FileKek(kek_file)
    messages = Messages(channel=channel, key=WorkerKeyFile(kek_file.with_name("worker.json"))) if channel else None
    built = assemble(store=store, objects=objects, kek=kek, clock=clock, reasons=reasons, messages=messages)
    await built.receiving.start()
    try:
        yield World(services=built, clock=clock, kek_file=kek_file, channel=channel)
    finally:
        await built.receiving.stop()


def _attachment(number: int, content: bytes) -> Mapping[str, str]:
    return {
        "naam": f"bijlage-{number}.pdf",
        "mediaType": "application/pdf",
        "inhoud": base64.b64encode(content).decode(),
    }
