"""Fills an empty demo: agencies with keys of their own, their letters over HTTP, and who may look along."""

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
from connectors.residents import GERRIT, JAYLANO, SAMIRA, WILLEMIJN, Resident, residents
from consent import DEFAULT_DAYS, EVERY, Action, Every, Scope
from mailbox.api.client_keys import new_private_jwk, public_jwk
from mailbox.bootstrap import Services
from mailbox.demo.people import CLIENTS, COUNSELLOR, EMPLOYEE, VOLUNTEER, identity
from mailbox.domain.identifiers import Bsn, Oin
from mailbox.domain.people import Document, Identity, Person, Subject
from mailbox.services.desk import CounterVisit
from mailbox.services.granting import DAY_MS, GrantDraft

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


async def give_grants(services: Services) -> None:
    """Jaylano lets the volunteer see his fines and study post; others let the counsellor see more."""
    volunteer = await _log_in(services, VOLUNTEER.identity)
    counsellor = await _log_in(services, COUNSELLOR.identity)
    some = frozenset(AGENCIES[slug].sender.oin for slug in ("cjib", "duo"))
    reading = frozenset({Action.LIST, Action.READ})
    await _grant(services, JAYLANO, volunteer, "Karin van het buurthuis", _scope(services, some, reading))
    everything = _scope(services, EVERY, frozenset(Action))
    for resident in (SAMIRA, GERRIT, WILLEMIJN, *residents(CLIENTS)):
        await _grant(services, resident, counsellor, "Murat van de schuldhulp", everything)
    await _give_at_desk(services, GERRIT, "Mijn zus Riet", _scope(services, EVERY, reading))


async def _grant(services: Services, resident: Resident, helper: Person, note: str, scope: Scope) -> None:
    citizen = await _log_in(services, identity(resident.bsn, resident.name))
    offer = await services.granting.offer(citizen, GrantDraft(helper_note=note, scope=scope))
    await services.helping.accept(helper, offer.code)


async def _give_at_desk(services: Services, resident: Resident, note: str, scope: Scope) -> None:
    """Waits for its helper: the code is on a paper."""
    visit = CounterVisit(
        subject=Subject.of_bsn(Bsn(resident.bsn)),
        name=resident.name,
        document=Document.IDENTITY_CARD,
        reason="Meneer kan niet inloggen op zijn telefoon",
    )
    employee = await _log_in(services, EMPLOYEE.identity)
    await services.desk.give(employee, visit, GrantDraft(helper_note=note, scope=scope))


def _scope(services: Services, agencies: frozenset[str] | Every, actions: frozenset[Action]) -> Scope:
    until_ms = services.clock.now_ms() + DEFAULT_DAYS * DAY_MS
    return Scope(agencies=agencies, topics=EVERY, actions=actions, until_ms=until_ms)


async def _log_in(services: Services, who: Identity) -> Person:
    token = await services.sessions.login(who)
    person = await services.sessions.person(token)
    await services.sessions.logout(token)
    if person is None:
        raise RuntimeError("a session that was just made is not there")
    return person
