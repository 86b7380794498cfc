"""What a court decided, over the API and by forms that no page shows: the citizen ends and changes nothing of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import pytest

from consent import Basis, Purpose, State
from mailbox.domain.identifiers import GrantId, id_text
from mailbox.domain.people import Identity, Subject
from mailbox.services.appointing import Appointment
from mailbox.services.grant_views import GrantView
from tests.api.portal import DETAIL, OWN_FORM, Portal, wide
from tests.api.test_reader_letters import fine
from tests.web.story import JAYLANO, KARIN

BEA: Final = Identity(subject=Subject(kind="pseudonym", value="bea"), name="Bea Wind", organisation="Bewind Demo")
NUMBER: Final = "7654321 BM VERZ 26-9"
NARROW: Final = {**DETAIL, "actions": ["list"]}


async def appoint(portal: Portal) -> GrantId:
    appointment = Appointment(
        citizen=JAYLANO.subject,
        citizen_name=JAYLANO.name,
        helper=BEA,
        scope=replace(wide(400), purpose=Purpose.ADMINISTRATION),
        reference=NUMBER,
    )
    return await portal.story.services.appointing.register(appointment)


async def grant_of(portal: Portal, grant_id: GrantId) -> GrantView:
    return await portal.story.services.granting.grant_of(await portal.story.person(JAYLANO), grant_id)


async def by_app(portal: Portal, grant_id: GrantId) -> list[int]:
    """Everything an app can ask for a citizen's grant."""
    app = await portal.register()
    token, view = await app.token(JAYLANO), await grant_of(portal, grant_id)
    ref, change = view.helpers[0].ref, {"versie": view.version, "toestemming": NARROW}
    here = f"/toestemmingen/{id_text(grant_id)}"
    answers = [
        await app.post_json(token, f"{here}/wijzigingen", change),
        await app.post_json(token, f"{here}/pauzes"),
        await app.post_json(token, f"{here}/hervattingen"),
        await app.post_json(token, f"{here}/stops", {}),
        await app.call("DELETE", token, f"{here}/helpers/{ref}"),
        await app.post_json(token, "/concepten", {"helper": "Tante Ria", "toestemming": dict(DETAIL)}),
        await app.post_json(token, "/stops", {}),
    ]
    return [answer.status_code for answer in answers]


async def by_form(portal: Portal, grant_id: GrantId) -> list[int]:
    """The forms of a grant's card, which are not on the card of this one."""
    headers = {**await portal.cookie(JAYLANO), **OWN_FORM}
    view = await grant_of(portal, grant_id)
    fields = {"stil": "ja", "tot": "1-maand", "versie": str(view.version), "wie": view.helpers[0].ref}
    here = f"/meekijken/{id_text(grant_id)}"
    return [
        (await portal.client.post(path, data=fields, headers=headers)).status_code
        for path in (
            f"{here}/pauzeren",
            f"{here}/verlengen",
            f"{here}/stoppen",
            f"{here}/collega",
            "/meekijken/alles-stoppen",
        )
    ]


@pytest.mark.parametrize(("way", "statuses"), [(by_app, [400] * 6 + [200]), (by_form, [400, 400, 303, 303, 303])])
async def test_the_citizen_ends_and_changes_nothing(
    portal: Portal, way: Callable[[Portal, GrantId], Awaitable[list[int]]], statuses: list[int]
) -> None:
    letter = await fine(portal)
    grant_id = await appoint(portal)
    before = await grant_of(portal, grant_id)
    assert await way(portal, grant_id) == statuses
    assert await grant_of(portal, grant_id) == before
    assert (before.basis, before.state, before.version) == (Basis.COURT, State.ACTIVE, 1)
    assert await portal.read(BEA, grant_id) == {letter}


async def test_the_same_ways_end_what_the_citizen_gave(portal: Portal) -> None:
    """So that the test above can fail."""
    first = await portal.story.grant(JAYLANO, KARIN, wide())
    assert await by_app(portal, first) == [200, 200, 200, 200, 204, 201, 200]
    second = await portal.story.grant(JAYLANO, KARIN, wide())
    assert await by_form(portal, second) == [303, 303, 303, 303, 303]
    assert [(await grant_of(portal, grant_id)).state for grant_id in (first, second)] == [State.REVOKED] * 2


async def test_apps_of_both_read_what_it_is(portal: Portal) -> None:
    await portal.story.grant(JAYLANO, KARIN, wide())
    portal.clock.ms += 1
    grant_id = await appoint(portal)
    app = await portal.register()
    grants = (await app.get(await app.token(JAYLANO), "/toestemmingen")).json()["toestemmingen"]
    assert [_told(grant) for grant in grants] == [
        ("rechter", "actief", NUMBER, False),
        ("burger", "verlopen", None, True),
    ]
    (client,) = (await app.get(await app.token(BEA), "/clienten")).json()["clienten"]
    assert (client["toestemmingId"], client["uitspraak"]) == (id_text(grant_id), NUMBER)
    assert client["toestemming"]["purpose"] == "bewind"


def _told(grant: Mapping[str, Any]) -> tuple[Any, ...]:
    return grant["grondslag"], grant["status"], grant.get("uitspraak"), grant["vervallen"]
