"""The service as the bench meets it: a real server on SQLite, and the same services beside it, to prepare with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path

import psutil

from mailbox.bootstrap import Services, SystemClock, assemble
from mailbox.crypto import FileKek
from mailbox.domain.identifiers import Bsn
from mailbox.domain.people import Identity, Person, Subject
from mailbox.store import Database, FolderObjects
from tests.bench.letters import AGENCY
from tests.bench.load import Outcome, request, run
from tests.processes import Server, register, token

NDJSON = "application/x-ndjson"
_BULK = 500


@asynccontextmanager
async def serving(folder: Path, processes: int = 1) -> AsyncIterator[Server]:
    """A fresh server on a store of its own, with one agency."""
    server = Server(database_url=sqlite(folder), folder=folder)
    await server.run("migrate")
    await register(server, AGENCY, "CJIB")
    try:
        await server.start("--processes", str(processes))
        yield server
    finally:
        await server.stop()


def sqlite(folder: Path) -> str:
    """The address of a database in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite+aiosqlite:///{folder / 'mailbox.db'}"


async def restarted(server: Server) -> None:
    """The same server in a process that remembers nothing."""
    await server.stop()
    await server.start()


async def access_token(server: Server) -> str:
    return await token(server, AGENCY, server.folder / f"{AGENCY}.jwk")


async def deliver(server: Server, letters: Iterable[bytes]) -> None:
    """Sends letters in the mass lane; every one must be accepted."""
    headers = {"Authorization": f"Bearer {await access_token(server)}", "Content-Type": NDJSON, "Accept": NDJSON}
    bulks = [b"\n".join(lines) for lines in batched(letters, _BULK)]
    requests = [request("POST", "/aanlever/v1/berichten/_bulk", headers, bulk) for bulk in bulks]
    outcome = await run(server.port, requests, connections=2, keep_bodies=True)
    assert accepted(outcome) == sum(bulk.count(b"\n") + 1 for bulk in bulks), outcome.statuses


def accepted(outcome: Outcome) -> int:
    """How many lines of the bulks' answers say 202."""
    return sum(body.count(b'"status":202') + body.count(b'"status": 202') for body in outcome.bodies)


def batched(lines: Iterable[bytes], number: int) -> Iterator[list[bytes]]:
    source = iter(lines)
    while batch := list(islice(source, number)):
        yield batch


@asynccontextmanager
async def beside(server: Server) -> AsyncIterator[Services]:
    """The services on the server's store and keys, in this process: preparing is not what is measured."""
    store, kek = Database(server.database_url), FileKek(server.folder / "keys" / "kek.json")
    built = assemble(store=store, objects=FolderObjects(server.folder / "objects"), kek=kek, clock=SystemClock())
    await built.receiving.start()
    yield built
    await built.receiving.stop()
    await store.close()


async def login(
    services: Services, bsn: str, name: str = "Burger", organisation: str | None = None
) -> tuple[Person, str]:
    """Somebody with a session, and their cookie."""
    identity = Identity(subject=Subject.of_bsn(Bsn(bsn)), name=name, organisation=organisation)
    session = await services.sessions.login(identity)
    person = await services.sessions.person(session)
    assert person is not None
    return person, f"mo={session}"


async def page(server: Server, path: str, cookie: str, form: bytes | None = None) -> Outcome:
    """One page as a browser asks for it; `form` makes it a POST."""
    headers = {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}
    if form is None:
        raw = request("GET", path, headers)
    else:
        raw = request("POST", path, {**headers, "Content-Type": "application/x-www-form-urlencoded"}, form)
    outcome = await run(server.port, [raw], connections=1, keep_bodies=True)
    assert outcome.statuses == {200: 1}, (path, outcome.statuses)
    return outcome


def memory_mb(server: Server) -> str:
    """Of the largest process."""
    return f"{max(process.memory_info().rss for process in _processes(server)) / 2**20:.0f}"


def cpu_seconds(server: Server) -> float:
    """What the server's processes have computed so far."""
    times = [process.cpu_times() for process in _processes(server)]
    return sum(one.user + one.system for one in times)


def _processes(server: Server) -> list[psutil.Process]:
    assert server.process is not None
    process = psutil.Process(server.process.pid)
    return [process, *process.children(recursive=True)]
