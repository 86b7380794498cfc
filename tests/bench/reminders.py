"""How fast the worker works off reminders that are all due at once, and that nobody gets one twice."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

from rich.table import Table

from mailbox.bootstrap import Messages, Services, assemble
from mailbox.channels.smtp import SmtpChannel, SmtpServer
from mailbox.crypto import FileKek, Sealer, WorkerKeyFile
from mailbox.domain.alerts import EmailAddress, Message, Wishes
from mailbox.domain.claims.tasks import PAY
from mailbox.domain.identifiers import LetterId, MailboxId, Oin
from mailbox.domain.people import Subject
from mailbox.domain.reminders import Date
from mailbox.domain.sealed import SealedAlert, SealedContact
from mailbox.services.alert_plans import AlertPlans, Telling, seal_wishes
from mailbox.services.contact_boxes import CONTACT
from mailbox.services.matter_tags import MatterTags, Standing, Turn
from mailbox.store import Database, FolderObjects, migrate
from tests.bench.letters import AGENCY
from tests.bench.service import sqlite
from tests.mail_server import mail_server
from tests.world import NOW_MS, SetClock

NOTE = """Reminders of as many people, all due at noon of one day, handed over by one worker to a mail server beside it.
Twice: people who got more than one. Bare: hand-overs of the same message to the same server, and nothing else.
REMINDERS=… sets how many (default 100,000)."""
_BATCH, _BARE, _AT_ONCE = 500, 400, 8
_DUE = Date(kind=PAY, by=date(2027, 1, 18))
_WISHES = Wishes()
_NOBODY = MailboxId(bytes(16))


async def reminders(folder: Path) -> Table:
    """Fills a store with people who wait for a reminder, and lets the worker go."""
    number = int(os.environ.get("REMINDERS", "100000"))
    with _mail_sink() as sink:
        channel = SmtpChannel(SmtpServer(host="127.0.0.1", port=sink.port, tls="none", sender="post@mo.example"))
        store, services = await _prepared(folder, channel)
        for start in range(0, number, _BATCH):
            await _fill(store, folder, range(start, min(start + _BATCH, number)))
        seconds = await _worked(services)
        arrived = sink.arrived()
        bare = await _bare(channel, sink)
        await store.close()
    assert len(arrived) == number, f"{number - len(arrived)} people got nothing"
    table = Table("reminders", "seconds", "a second", "bare a second", "of bare", "twice")
    each, twice = number / seconds, sum(times > 1 for times in arrived.values())
    table.add_row(f"{number:,}", f"{seconds:.1f}", f"{each:.0f}", f"{bare:.0f}", f"{each / bare:.2f}", str(twice))
    return table


async def _prepared(folder: Path, channel: SmtpChannel) -> tuple[Database, Services]:
    await migrate(sqlite(folder))
    store = Database(sqlite(folder))
    messages = Messages(channel=channel, key=WorkerKeyFile(folder / "worker.json"))
    kek = FileKek(folder / "kek.json")
    objects = FolderObjects(folder / "objects")
    return store, assemble(store=store, objects=objects, kek=kek, clock=SetClock(NOW_MS), messages=messages)


async def _fill(store: Database, folder: Path, people: Sequence[int]) -> None:
    """Mailboxes with an address that was confirmed, and a reminder that is due now."""
    kek = FileKek(folder / "kek.json")
    sealer, worker = Sealer(kek), WorkerKeyFile(folder / "worker.json").sealer(kek)
    records = [sealer.new_mailbox(Subject(kind="pseudonym", value=f"bench-{n}"), now_ms=NOW_MS) for n in people]
    plans = AlertPlans(worker=worker)
    async with store.write() as tx:
        await tx.mailboxes.add(records)
        for number, record in zip(people, records, strict=True):
            own = record.mailbox_id
            address = f"persoon{number}@voorbeeld.example".encode()
            contact = SealedContact(
                mailbox_id=own,
                address_box=worker.seal(CONTACT, (own,), address),
                own_box=b"",
                wishes_box=seal_wishes(sealer, own, _WISHES),
            )
            await tx.alerts.keep(contact)
            letter_id = LetterId(os.urandom(16))
            bill = _TELLING.bill(MatterTags(sealer, own), letter_id)
            planned = plans.of_letter(own, letter_id, _TELLING, _WISHES, due_ms=NOW_MS, bill=bill)
            await tx.alerts.plan([_due_now(planned)])


def _due_now(planned: Sequence[SealedAlert]) -> SealedAlert:
    return replace(next(alert for alert in planned if not alert.new_post), due_ms=NOW_MS)


_AT = Standing(
    agency=Oin(AGENCY), case=None, payment=None, dated=date(2026, 11, 23), publish_ms=NOW_MS, turn=Turn.BEGINS
)
_TELLING = Telling(reaction=True, dues=(_DUE,), at=_AT)


async def _worked(services: Services) -> float:
    assert services.alerting is not None
    started = time.perf_counter()
    await services.alerting().send_due()
    return time.perf_counter() - started


async def _bare(channel: SmtpChannel, sink: _Sink) -> float:
    """Hand-overs a second, as many at once as the worker does."""
    to = EmailAddress("niemand@voorbeeld.example")
    started = time.perf_counter()
    for _ in range(0, _BARE, _AT_ONCE):
        messages = [
            Message(key=os.urandom(16), mailbox_id=_NOBODY, to=to, subject="Er is post", text="Er is post voor u.\n")
            for _ in range(_AT_ONCE)
        ]
        await asyncio.gather(*map(channel.send, messages))
    seconds = time.perf_counter() - started
    assert sink.arrived()[to.value] == _BARE
    return _BARE / seconds


@dataclass(frozen=True)
class _Sink:
    """A mail server in a process of its own."""

    port: int
    asked: Connection

    def arrived(self) -> Counter[str]:
        """How many messages came for each address."""
        self.asked.send("arrived")
        return Counter(self.asked.recv())


@contextmanager
def _mail_sink() -> Iterator[_Sink]:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(there,))
    process.start()
    try:
        yield _Sink(port=here.recv(), asked=here)
    finally:
        here.send("stop")
        process.join()


def _serve(asked: Connection) -> None:
    asyncio.run(_serving(asked))


async def _serving(asked: Connection) -> None:
    async with mail_server() as server:
        asked.send(server.port)
        while await asyncio.to_thread(asked.recv) != "stop":
            asked.send(Counter(str(mail["To"]) for mail in server.taken))
