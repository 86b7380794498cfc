"""Who may look along in the demo: a volunteer, counsellors, whom a court appointed, and who gets a code at a desk."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from connectors.agency import AGENCIES
from connectors.residents import GERRIT, JAYLANO, SAMIRA, WILLEMIJN, Resident, residents
from consent import DEFAULT_DAYS, EVERY, Action, Purpose, Scope
from mailbox.bootstrap import Services
from mailbox.demo.people import (
    ADMINISTRATOR,
    CLIENTS,
    COLLEAGUE,
    COUNSELLOR,
    EMPLOYEE,
    UNDER_BEWIND,
    VOLUNTEER,
    identity,
)
from mailbox.domain.identifiers import Bsn, GrantId
from mailbox.domain.ladder import Ladder
from mailbox.domain.people import Document, Identity, Person, Subject
from mailbox.services.appointing import Appointment
from mailbox.services.desk import CounterVisit
from mailbox.services.giving_rules import DAY_MS
from mailbox.services.granting import GrantDraft
from mailbox.web.formats import end_of_day_ms, local

_SHARED: Final = 4
"""Clients beside Samira with whom the second counsellor helps too."""
_BEWIND_DAYS: Final = 2 * 365
_READING: Final = frozenset({Action.LIST, Action.READ})


async def give_grants(services: Services) -> None:
    """Everyone who looks along begins; what the citizens do comes first, and the court's decision last."""
    await _volunteer(services)
    counsellor = await _log_in(services, COUNSELLOR.identity)
    everything = _scope(services, frozenset(Action))
    clients = (SAMIRA, *residents(CLIENTS), GERRIT, WILLEMIJN)
    grants = [await _grant(services, one, counsellor, "Murat van de schuldhulp", everything) for one in clients]
    shared = [grant for one, grant in zip(clients, grants, strict=True) if one != UNDER_BEWIND][: 1 + _SHARED]
    await _let_in(services, counsellor, shared)
    await _give_at_desk(services, GERRIT, "Mijn zus Riet", _scope(services, _READING))
    await _appoint(services, UNDER_BEWIND)


async def _volunteer(services: Services) -> None:
    """Jaylano lets the volunteer see his fines and study post, and be told when it is silent."""
    some = frozenset(AGENCIES[slug].sender.oin for slug in ("cjib", "duo"))
    scope = replace(_scope(services, _READING | {Action.ALERT}), agencies=some)
    helper = await _log_in(services, VOLUNTEER.identity)
    grant_id = await _grant(services, JAYLANO, helper, "Karin van het buurthuis", scope)
    citizen = await _log_in(services, identity(JAYLANO.bsn, JAYLANO.name))
    await services.ladders.choose(citizen, Ladder(helper=grant_id, sender_days=14))


async def _grant(services: Services, resident: Resident, helper: Person, note: str, scope: Scope) -> GrantId:
    citizen = await _log_in(services, identity(resident.bsn, resident.name))
    offer = await services.granting.offer(citizen, GrantDraft(helper_note=note, scope=scope))
    await services.helping.accept(helper, offer.code)
    return offer.grant_id


async def _let_in(services: Services, counsellor: Person, grants: Collection[GrantId]) -> None:
    """The second counsellor shows a code, and the first lets her in for these."""
    asked = await services.caseworkers.ask(await _log_in(services, COLLEAGUE.identity))
    await services.caseworkers.let_in(counsellor, asked.code, grants)


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


async def _appoint(services: Services, resident: Resident) -> None:
    """What this person gave before ends with it."""
    everything = replace(_scope(services, frozenset(Action), days=_BEWIND_DAYS), purpose=Purpose.ADMINISTRATION)
    appointment = Appointment(
        citizen=Subject.of_bsn(Bsn(resident.bsn)),
        citizen_name=resident.name,
        helper=ADMINISTRATOR.identity,
        scope=everything,
        reference="7654321 BM VERZ 26-101",
    )
    await services.appointing.register(appointment)


def _scope(services: Services, actions: frozenset[Action], days: int = DEFAULT_DAYS) -> Scope:
    until_ms = end_of_day_ms(local(services.clock.now_ms() + days * DAY_MS).date())
    return Scope(agencies=EVERY, topics=EVERY, actions=actions, until_ms=until_ms)


async def _log_in(services: Services, who: Identity) -> Person:
    token = await services.sessions.login(who)
    person = await services.sessions.person(token)
    await services.sessions.logout(token)
    if person is None:
        raise RuntimeError("a session that was just made is not there")
    return person
