"""What got 202 is there: five agencies push 2,000 letters while the server is killed again and again.

Real processes, real HTTP, both databases. Afterwards each accepted letter opens for its citizen exactly once,
byte for byte, and for nobody else.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from mailbox.bootstrap import SystemClock, assemble
from mailbox.crypto import FileKek
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import Bsn, LetterId, id_from_text
from mailbox.domain.people import Identity, Person, Subject
from mailbox.services.reading import Reading, TimelineQuery
from mailbox.store import Database, FolderObjects
from tests.berichten import bericht
from tests.processes import Server, register, token

AGENCIES = [f"0000009900000000{n}000" for n in range(1, 6)]
CITIZENS = ["999990019", "999990020", "999990032", "999990044", "999990056"]
LETTERS_EACH = 400
KILLS = 5
PDF = b"%PDF-1.4\n" + bytes(range(256)) * 4 + b"\n%%EOF\n"


@dataclass
class Sent:
    """What the senders know: which letters got their 202 (or the 200 of a resend), under which id."""

    accepted: dict[str, dict[str, Any]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    interruptions: int = 0


def letters_of(agency: str) -> list[dict[str, Any]]:
    """Deterministic letters; every tenth has an attachment with bytes of its own."""
    made = []
    for n in range(LETTERS_EACH):
        reference = f"{agency[16]}-{n}"
        changes: dict[str, Any] = {
            "kenmerk": reference,
            "afzender": agency,
            "ontvanger": {"type": "BSN", "waarde": CITIZENS[n % len(CITIZENS)]},
            "onderwerp": f"Brief {reference}",
            "inhoud": f"Tekst van {reference}. " * 40,
        }
        if n % 10 == 0:
            content = base64.b64encode(PDF + reference.encode()).decode()
            changes["bijlagen"] = [{"naam": "b.pdf", "mediaType": "application/pdf", "inhoud": content}]
        made.append(bericht(**changes))
    return made


async def push(server: Server, agency: str, key_file: Path, sent: Sent) -> None:
    """One agency: four letters at a time, each sent until it is answered."""
    waiting = iter(letters_of(agency))
    async with httpx.AsyncClient(base_url=server.url, timeout=20) as client:
        await asyncio.gather(*(_push_some(client, server, agency, key_file, waiting, sent) for _ in range(4)))


async def _push_some(
    client: httpx.AsyncClient, server: Server, agency: str, key_file: Path, waiting: Any, sent: Sent
) -> None:
    access = ""
    for letter in waiting:
        while True:
            try:
                access = access or await token(server, agency, key_file)
                headers = {"Authorization": f"Bearer {access}"}
                answer = await client.post("/aanlever/v1/berichten", json=letter, headers=headers)
            except httpx.TransportError:
                sent.interruptions += 1
                await asyncio.sleep(0.1)
                continue
            if answer.status_code in (200, 202):
                sent.accepted[letter["kenmerk"]] = letter
                sent.ids[letter["kenmerk"]] = answer.json()["berichtId"]
                break
            assert answer.status_code in (401, 503), answer.text
            access = "" if answer.status_code == 401 else access
            await asyncio.sleep(0.1)


async def kill_at_random(server: Server, done: asyncio.Event) -> int:
    """SIGKILL at random moments, and a fresh start each time."""
    source, kills = random.Random(20261124), 0
    while kills < KILLS and not done.is_set():
        await asyncio.sleep(source.uniform(0.1, 0.5))
        if done.is_set():
            break
        await server.kill()
        kills += 1
        await server.start()
    return kills


async def test_every_accepted_letter_is_there_once_for_its_citizen_alone(database_url: str, tmp_path: Path) -> None:
    server = Server(database_url=database_url, folder=tmp_path / "server")
    await server.run("migrate")
    keys = {agency: await register(server, agency, f"Afzender {agency[16]}") for agency in AGENCIES}
    sent, done = Sent(), asyncio.Event()
    await server.start()
    try:
        killer = asyncio.create_task(kill_at_random(server, done))
        await asyncio.gather(*(push(server, agency, keys[agency], sent) for agency in AGENCIES))
        done.set()
        kills = await killer
    finally:
        await server.kill()
    assert len(AGENCIES) * LETTERS_EACH == len(sent.accepted)
    assert kills >= 3
    assert sent.interruptions > 0
    await _everything_is_there(database_url, server.folder, sent)


async def _everything_is_there(database_url: str, folder: Path, sent: Sent) -> None:
    clock = SystemClock()
    database = Database(database_url)
    kek = FileKek(folder / "keys" / "kek.json")
    services = assemble(store=database, objects=FolderObjects(folder / "objects"), kek=kek, clock=clock)
    await services.receiving.start()
    people = {bsn: await _login(services.sessions, bsn) for bsn in CITIZENS}
    for bsn, person in people.items():
        found = await _all_letters(services.reading, person)
        expected = {k: v for k, v in sent.accepted.items() if v["ontvanger"]["waarde"] == bsn}
        assert sorted(expected) == sorted(reference for reference, _ in found)
        for reference, letter_id in found:
            assert letter_id == LetterId(id_from_text(sent.ids[reference]))
            assert digest(expected[reference]) == await _digest(services.reading, person, letter_id)
    one = LetterId(id_from_text(next(iter(sent.ids.values()))))
    owner = next(iter(sent.accepted.values()))["ontvanger"]["waarde"]
    for bsn, person in people.items():
        if bsn != owner:
            with pytest.raises(NotFound):
                await services.reading.letter(person, one)
    await services.receiving.stop()
    await database.close()


async def _login(sessions: Any, bsn: str) -> Person:
    subject = Subject.of_bsn(Bsn(bsn))
    person: Person | None = await sessions.person(await sessions.login(Identity(subject=subject, name="Burger")))
    assert person is not None
    return person


async def _all_letters(reading: Reading, person: Person) -> list[tuple[str, LetterId]]:
    found: list[tuple[str, LetterId]] = []
    before: str | None = None
    while True:
        page = await reading.timeline(person, TimelineQuery(before=before, limit=200))
        found += [(letter.reference, letter.letter_id) for letter in page.letters]
        before = page.next
        if before is None:
            return found


def digest(letter: dict[str, Any]) -> str:
    """What the sender sent, as one hash: subject, text and attachment bytes."""
    files = [base64.b64decode(item["inhoud"]) for item in letter.get("bijlagen", ())]
    return _hash(letter["onderwerp"], letter["inhoud"], files)


async def _digest(reading: Reading, person: Person, letter_id: LetterId) -> str:
    opened = await reading.letter(person, letter_id)
    assert opened.text is not None
    files = [(await reading.attachment(person, letter_id, info.number)).content for info in opened.metadata.attachments]
    return _hash(opened.metadata.subject, opened.text.body, files)


def _hash(subject: str, text: str, files: list[bytes]) -> str:
    parts = [subject, text, *(file.hex() for file in files)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
