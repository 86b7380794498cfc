"""Fills an empty demo: agencies with keys of their own, and their letters over HTTP."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any, Final

import httpx
from rich.progress import Progress

from connectors.agency import AGENCIES, Bericht
from connectors.lives import letters_of_lives
from connectors.push import Client, Report, private_jwk, push
from connectors.residents import residents
from mailbox.api.client_keys import new_private_jwk, public_jwk
from mailbox.bootstrap import Services
from mailbox.demo.people import CLIENTS
from mailbox.domain.identifiers import Oin

_LETTERS_A_CLIENT: Final = 4
"""Letters of each agency to each of the counsellor's other clients."""


async def register_agencies(services: Services, folder: Path) -> None:
    """Gives each agency that is not registered yet a fresh key: the private half in `folder`, 0600."""
    known = {agency.oin for agency in await services.agencies.all()}
    for agency in AGENCIES.values():
        oin = Oin(agency.sender.oin)
        if oin not in known:
            key = new_private_jwk()
            _keep(key, key_file(folder, agency.slug))
            await services.agencies.add(oin, agency.sender.name, public_jwk(key))


def _keep(key: Mapping[str, Any], file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as opened:
        json.dump(key, opened)


def key_file(folder: Path, slug: str) -> Path:
    """Where the private key of an agency is."""
    return folder / f"{slug}.jwk"


async def deliver(base_url: str, folder: Path, *, until: date, progress: Progress) -> None:
    """All five agencies at once, each with its own key, over HTTP."""
    async with httpx.AsyncClient(timeout=60) as http:
        await asyncio.gather(
            *(_deliver(slug, base_url, folder, http, until=until, progress=progress) for slug in AGENCIES)
        )


async def _deliver(  # noqa: PLR0913 - one agency's delivery
    slug: str, base_url: str, folder: Path, http: httpx.AsyncClient, *, until: date, progress: Progress
) -> None:
    letters = await asyncio.to_thread(lambda: list(_letters(slug, until)))
    agency = AGENCIES[slug]
    task = progress.add_task(agency.sender.name, total=len(letters))
    client = Client(oin=agency.sender.oin, base_url=base_url, key=private_jwk(key_file(folder, slug)), http=http)

    def show(report: Report) -> None:
        progress.update(task, completed=report.done)

    report = await push(client, letters, progress=show)
    if report.refused:
        raise RuntimeError(f"{agency.sender.name}: {len(report.refused)} letters of the demo were refused")


def _letters(slug: str, until: date) -> Iterator[Bericht]:
    """What this agency wrote to the people with a name, and to the counsellor's other clients."""
    others = (
        AGENCIES[slug].letters_for(resident, until=until, number=_LETTERS_A_CLIENT, pdf=False)
        for resident in residents(CLIENTS)
    )
    return chain(letters_of_lives(slug, until=until), *others)
