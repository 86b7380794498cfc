"""The push client against our own server as a real process: all five agencies, single and in bulk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from connectors.agency import AGENCIES
from connectors.journal import Journal
from connectors.push import Client, Report, private_jwk, push
from connectors.residents import residents
from tests.processes import Server, register

UNTIL = date(2026, 11, 24)
CITIZENS, EACH = 3, 12
LETTERS = CITIZENS * EACH
pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
async def server(database_url: str, tmp_path: Path) -> AsyncIterator[Server]:
    running = Server(database_url=database_url, folder=tmp_path / "service")
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
        yield client


async def client_of(slug: str, server: Server, http: httpx.AsyncClient) -> Client:
    sender = AGENCIES[slug].sender
    key_file = await register(server, sender.oin, sender.name)
    return Client(oin=sender.oin, base_url=server.url, key=private_jwk(key_file), http=http, patience=60)


def letters(slug: str) -> list[dict[str, object]]:
    agency = AGENCIES[slug]
    return [
        letter for resident in residents(CITIZENS) for letter in agency.letters_for(resident, until=UNTIL, number=EACH)
    ]


async def test_every_letter_of_every_agency_is_accepted_once(server: Server, http: httpx.AsyncClient) -> None:
    clients = {slug: await client_of(slug, server, http) for slug in AGENCIES}
    for mass, expected in ((False, Report(accepted=LETTERS)), (True, Report(known=LETTERS))):
        reports = await asyncio.gather(*(push(clients[slug], letters(slug), mass=mass) for slug in AGENCIES))
        assert [expected] * len(AGENCIES) == reports


async def test_a_letter_of_another_agency_is_refused_and_stops_no_other(
    server: Server, http: httpx.AsyncClient
) -> None:
    cjib = await client_of("cjib", server, http)
    foreign, own = letters("duo")[0], letters("cjib")[:5]
    for mass in (False, True):
        report = await push(cjib, [own[0], foreign, *own[1:]], mass=mass)
        assert (5, [foreign["kenmerk"]]) == (report.accepted + report.known, list(report.refused))


async def test_a_server_that_is_killed_meanwhile(server: Server, http: httpx.AsyncClient, tmp_path: Path) -> None:
    duo = await client_of("duo", server, http)
    with Journal(tmp_path / "journal") as journal:
        some = asyncio.Event()

        def progress(report: Report) -> None:
            if report.done == LETTERS // 3:
                some.set()

        sending = asyncio.create_task(push(duo, letters("duo"), journal=journal, concurrency=2, progress=progress))
        await some.wait()
        await server.kill()
        assert not sending.done()
        await server.start()
        report = await sending
    assert (report.accepted + report.known, report.refused) == (LETTERS, {})
    assert await push(duo, letters("duo"), mass=True) == Report(known=LETTERS)
