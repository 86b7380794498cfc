"""Where one is logged in, and ending that from afar."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Sequence

from mailbox.domain.apps import AppScope
from mailbox.domain.devices import Device
from mailbox.domain.identifiers import Bsn
from mailbox.domain.people import Identity, Person, Subject
from mailbox.services.app_access import AppQuestion
from mailbox.services.devices import LoggedIn
from mailbox.services.sessions import IDLE_MS
from tests.services.conftest import Tamper
from tests.world import World

JAN, EVE = "999990019", "999990020"
PHONE, COMPUTER = Device(handheld=True, browser="Firefox"), Device(handheld=False, browser="Chrome")
BACK = "https://app.example/terug"


async def _login(world: World, device: Device | None = None, bsn: str = JAN) -> tuple[str, Person]:
    identity = Identity(subject=Subject.of_bsn(Bsn(bsn)), name="Proef Persoon")
    token = await world.services.sessions.login(identity, device=device)
    person = await world.services.sessions.person(token)
    assert person is not None
    return token, person


async def _shown(world: World, login: tuple[str, Person]) -> Sequence[LoggedIn]:
    token, person = login
    return await world.services.devices.show(person, token)


async def _is_in(world: World, login: tuple[str, Person]) -> bool:
    return await world.services.sessions.person(login[0]) is not None


async def test_one_sees_where_one_is_logged_in_this_device_first(world: World) -> None:
    began = world.clock.ms
    phone = await _login(world, PHONE)
    world.clock.ms += 1_000
    computer, unknown, _ = await _login(world, COMPUTER), await _login(world), await _login(world, PHONE, EVE)
    world.clock.ms += 60_000
    await world.services.sessions.person(computer[0])
    shown = await _shown(world, phone)
    assert [(one.device, one.here, one.since_ms - began, one.seen_ms - began) for one in shown] == [
        (PHONE, True, 0, 0),
        (COMPUTER, False, 1_000, 61_000),
        (None, False, 1_000, 1_000),
    ]
    assert [one.here for one in await _shown(world, unknown)] == [True, False, False]


async def test_a_session_that_is_over_is_not_shown(world: World) -> None:
    await _login(world, PHONE)
    world.clock.ms += IDLE_MS
    here = await _login(world, COMPUTER)
    assert [one.device for one in await _shown(world, here)] == [COMPUTER]


async def test_one_device_is_logged_out_and_no_other(world: World) -> None:
    here, lost, other = await _login(world, COMPUTER), await _login(world, PHONE), await _login(world)
    tag = next(one.tag for one in await _shown(world, here) if one.device == PHONE)
    for _ in range(2):
        await world.services.devices.end(here[1], tag)
    assert [await _is_in(world, one) for one in (here, lost, other)] == [True, False, True]


async def test_nobody_logs_out_another(world: World) -> None:
    jan, eve = await _login(world, PHONE), await _login(world, PHONE, EVE)
    for tag in (*(one.tag for one in await _shown(world, jan)), b"", os.urandom(32)):
        await world.services.devices.end(eve[1], tag)
    await world.services.devices.end_all(eve[1])
    assert [await _is_in(world, one) for one in (jan, eve)] == [True, False]


async def test_everywhere_is_here_too_and_apps(world: World) -> None:
    here, other = await _login(world, COMPUTER), await _login(world, PHONE)
    verifier = "v" * 43
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    app = await world.services.apps.add("Postapp", [BACK], None)
    question = AppQuestion(app=app, return_address=BACK, scopes=frozenset(AppScope), challenge=challenge)
    code = await world.services.app_access.allow(here[1], question)
    token = await world.services.app_access.redeem(app, code, BACK, verifier)
    assert token is not None
    assert await world.services.app_access.caller(token.jti) is not None
    await world.services.devices.end_all(here[1])
    assert [await _is_in(world, one) for one in (here, other)] == [False, False]
    assert await world.services.app_access.caller(token.jti) is None


async def test_a_device_that_was_tampered_with_is_seen_and_ended(world: World, tamper: Tamper) -> None:
    here = await _login(world, PHONE)
    await tamper("UPDATE session SET device_box = :junk", junk=b"junk")
    shown = await _shown(world, here)
    assert [one.device for one in shown] == [None]
    await world.services.devices.end(here[1], shown[0].tag)
    assert not await _is_in(world, here)


async def test_a_device_of_another_session_does_not_pass_for_this_one(world: World, tamper: Tamper) -> None:
    here = await _login(world, PHONE)
    await _login(world, COMPUTER)
    await tamper("UPDATE session SET device_box = (SELECT device_box FROM session ORDER BY tag LIMIT 1)")
    assert [one.device for one in await _shown(world, here)].count(None) == 1
