"""A sender with a token of its own learns nothing of people or of other senders, and speaks for nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mailbox.domain.identifiers import Oin
from mailbox.settings import Settings
from tests.api.machine import BERICHTEN, Machine, machine, process
from tests.attacks.house import house_settings
from tests.berichten import bericht
from tests.services.conftest import EVE, JAYLANO
from tests.world import CJIB, UWV

DUO = Oin("00000099000000005000")


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return house_settings(database_url, tmp_path)


@pytest.fixture
async def api(settings: Settings) -> AsyncIterator[Machine]:
    async with machine(settings) as started:
        await started.register(UWV)
        yield started


def said(answer: httpx.Response, *names: str) -> tuple[int, dict[str, Any], list[str]]:
    """An answer without what is the sender's own in it."""
    body = {name: value for name, value in answer.json().items() if name not in {"berichtId", "_links", *names}}
    return answer.status_code, body, sorted(answer.headers)


async def test_an_unknown_person_and_a_known_one_are_answered_alike(api: Machine) -> None:
    """Known: has post, and someone who looks along. Unknown: nobody ever wrote to them."""
    await api.send(UWV, kenmerk="EERSTE", ontvanger={"type": "BSN", "waarde": JAYLANO})
    known, unknown = [
        await api.send(kenmerk=f"A-{bsn[-2:]}", ontvanger={"type": "BSN", "waarde": bsn}) for bsn in (JAYLANO, EVE)
    ]
    assert said(known, "kenmerk") == said(unknown, "kenmerk")
    assert known.status_code == 202


async def test_one_reference_is_one_letter_whoever_it_is_for(api: Machine) -> None:
    """The same content to another person is other content: a conflict, and nothing moves to their mailbox."""
    first = await api.send(kenmerk="A-1", ontvanger={"type": "BSN", "waarde": JAYLANO})
    second = await api.send(kenmerk="A-1", ontvanger={"type": "BSN", "waarde": EVE})
    assert (first.status_code, second.status_code) == (202, 409)
    assert "berichtId" not in second.json()


async def test_two_senders_may_have_the_same_reference_and_do_not_notice(api: Machine) -> None:
    ours, theirs = await api.send(CJIB, kenmerk="A-1"), await api.send(UWV, kenmerk="A-1")
    assert (ours.status_code, theirs.status_code) == (202, 202)
    assert ours.json()["berichtId"] != theirs.json()["berichtId"]


async def test_a_line_of_a_bulk_in_the_name_of_another_leaves_nothing(api: Machine) -> None:
    lines = await api.bulk([bericht(kenmerk="A-1", afzender=UWV.value), bericht(kenmerk="A-2")])
    assert [line["status"] for line in lines] == [403, 202]
    later = await api.send(UWV, kenmerk="A-1")
    assert later.status_code == 202


async def test_the_status_of_anothers_letter_is_that_of_none_by_every_key(api: Machine) -> None:
    """With its id, with a token of each other sender, before and after the sender was blocked."""
    await api.register(DUO)
    place = (await api.send(CJIB)).headers["location"]
    unknown = f"{BERICHTEN}/00000000-0000-4000-8000-000000000000"
    for oin in (UWV, DUO):
        bearer = await api.bearer(oin)
        theirs, nobodys = [await api.client.get(path, headers=bearer) for path in (place, unknown)]
        assert said(theirs, "instance") == said(nobodys, "instance")
        assert theirs.status_code == 404


async def test_a_block_counts_in_every_process_within_a_second(api: Machine, settings: Settings) -> None:
    """The token is good for a quarter of an hour, and the other process has just used it."""
    bearer = await api.bearer()
    async with process(settings) as elsewhere:
        assert (await elsewhere.client.get(f"{BERICHTEN}/x", headers=bearer)).status_code == 404
        await api.services.agencies.block(CJIB)
        elsewhere.clock.ms += 1_000
        answers = [
            await place.client.post(BERICHTEN, json=bericht(kenmerk="B-1"), headers=bearer)
            for place in (api, elsewhere)
        ]
    assert [answer.status_code for answer in answers] == [401, 401]


async def test_a_token_of_another_service_is_none_here(api: Machine, settings: Settings, tmp_path: Path) -> None:
    """Same software, same sender, other keys; and the same keys under another name."""
    bearer = await api.bearer()
    other_keys = settings.model_copy(update={"token_key_file": tmp_path / "other" / "token.json"})
    other_name = settings.model_copy(update={"public_url": "http://127.0.0.1:9999"})
    for other in (other_keys, other_name):
        async with process(other) as elsewhere:
            assert (await elsewhere.client.get(f"{BERICHTEN}/x", headers=bearer)).status_code == 401


async def test_a_used_assertion_stays_used_after_the_memory_of_it_was_cleared_up(api: Machine) -> None:
    """The worker forgets assertions; an assertion it forgot has ended, also for a clock that steps a minute back."""
    assertion = api.assertion()
    assert (await api.ask_token(assertion)).status_code == 200
    for later in (59_000, 60_000, 119_000, 121_000):
        api.clock.ms += later
        async with api.services.store.write() as tx:
            await tx.agencies.forget_assertions(before_ms=api.clock.ms)
        api.clock.ms -= 60_000
        assert (await api.ask_token(assertion)).status_code == 401
        api.clock.ms += 60_000 - later
