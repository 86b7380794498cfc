"""A year in minutes: letters of the lives come as the days pass, through the real sender API.

The post goes by a clock that runs fast; who is logged in, and the agencies at the door, go by the real one.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import httpx
from rich.console import Console

from connectors.agency import AGENCIES, Bericht
from connectors.cjib import letters as cjib
from connectors.lives import letters_of_lives
from connectors.matter import Matter
from connectors.push import Client, private_jwk, push
from connectors.residents import WILLEMIJN
from mailbox.demo.filling import key_file
from mailbox.domain.local_time import local_day

YEAR: Final = timedelta(days=364)
_DAY_MS: Final = 86_400_000
_STOPPED_ON: Final = 60
"""The day of the year on which Willemijn gets the fine that grows once, and is stopped by a plan."""
_LOOK: Final = 20
"""So many times a day is looked whether there is post."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FastClock:
    """A clock that begins at the start of a day, and for which a day takes so many real seconds. It ends with `last`.

    Instants are UTC milliseconds.
    """

    first: date
    last: date
    day_seconds: float
    seconds: Callable[[], float] = time.monotonic
    began: float = field(default_factory=time.monotonic)

    def now_ms(self) -> int:
        start = datetime(self.first.year, self.first.month, self.first.day, tzinfo=UTC)
        passed = min((self.seconds() - self.began) / self.day_seconds, (self.last - self.first).days + 0.5)
        return int(start.timestamp() * 1000) + int(passed * _DAY_MS)

    def today(self) -> date:
        """The day in the Netherlands."""
        return local_day(self.now_ms())


async def live(clock: FastClock, base_url: str, folder: Path, console: Console) -> None:
    """Delivers the post of each day as it comes, until the last."""
    post = await asyncio.to_thread(_by_day, clock.last)
    async with httpx.AsyncClient(timeout=60) as http:
        clients = {slug: _client(slug, base_url, folder, http) for slug in AGENCIES}
        while post:
            today = clock.today()
            for day in [day for day in sorted(post) if day <= today]:
                await _deliver(clients, post.pop(day))
                console.print(f"{max(day, clock.first)}: post")
            await asyncio.sleep(clock.day_seconds / _LOOK)


async def _deliver(clients: Mapping[str, Client], letters: Sequence[tuple[str, Bericht]]) -> None:
    for slug, client in clients.items():
        report = await push(client, [letter for sender, letter in letters if sender == slug])
        if report.refused:
            raise RuntimeError(f"{slug}: {len(report.refused)} letters of the demo were refused")


def _by_day(last: date) -> dict[date, list[tuple[str, Bericht]]]:
    """All letters up to a day, with who sends them."""
    found: dict[date, list[tuple[str, Bericht]]] = defaultdict(list)
    for slug, letter in _letters(last):
        found[date.fromisoformat(letter["dagtekening"])].append((slug, letter))
    return found


def _letters(last: date) -> Iterator[tuple[str, Bericht]]:
    for slug in AGENCIES:
        for letter in letters_of_lives(slug, until=last, pdf=False):
            yield slug, letter
    matter = Matter(resident=WILLEMIJN, start=last - YEAR + timedelta(days=_STOPPED_ON), number=99)
    for brief in cjib.fine_stopped(matter):
        yield "cjib", AGENCIES["cjib"].to_bericht(brief, pdf=False)


def _client(slug: str, base_url: str, folder: Path, http: httpx.AsyncClient) -> Client:
    return Client(oin=AGENCIES[slug].sender.oin, base_url=base_url, key=private_jwk(key_file(folder, slug)), http=http)
