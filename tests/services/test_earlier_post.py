"""Who gives an address is reminded of what came before, where it still asks something; and once only."""

from __future__ import annotations

from typing import Any

import pytest

from mailbox.domain.alerts import Way, Wishes
from mailbox.domain.claims.said import Word
from mailbox.domain.people import Person
from tests.post_office import PostOffice, reached, work
from tests.services.conftest import JAYLANO
from tests.services.test_reminders import AFTER, bill, reminded
from tests.world import DAY_MS, UWV, World

DAYS = ["01-04 09", "01-11 09", "01-16 09"]


@pytest.fixture
async def citizen(wired: World) -> Person:
    return await wired.person(JAYLANO, "Jaylano Meerman")


async def reached_and_planned(world: World, office: PostOffice, citizen: Person, address: str = "a@b.example") -> None:
    """As the page does it when a code came back."""
    await reached(world, office, citizen, address)
    await world.services.earlier_post.plan(citizen)


async def test_what_came_before_is_reminded_of_and_is_no_news(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    await wired.deliver(JAYLANO, **bill())
    await reached_and_planned(wired, office, citizen)
    assert await work(wired) == 0
    assert await reminded(wired, office) == DAYS
    assert len(office.arrived) == 3


async def test_confirming_again_or_another_address_plans_nothing_twice(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    await wired.deliver(JAYLANO, **bill())
    await reached_and_planned(wired, office, citizen)
    await wired.deliver(JAYLANO, kenmerk="DAARNA", **bill(afzender=UWV.value))
    for address in ("a@b.example", "ander@b.example"):
        await reached_and_planned(wired, office, citizen, address)
    async with wired.services.store.read() as tx:
        waiting = await tx.alerts.due(citizen.mailbox_id, now_ms=2**60)
    assert sorted(alert.new_post for alert in waiting) == [False] * 6 + [True]


async def test_what_was_told_already_is_not_told_again_at_another_address(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    await wired.deliver(JAYLANO, **bill())
    await reached_and_planned(wired, office, citizen)
    assert await reminded(wired, office, days=8) == DAYS[:1]
    await reached_and_planned(wired, office, citizen, "ander@b.example")
    assert await reminded(wired, office, first="2027-01-06", days=20) == DAYS[1:]


@pytest.mark.parametrize("changes", AFTER.values(), ids=AFTER)
async def test_not_of_what_is_settled(
    wired: World, office: PostOffice, citizen: Person, changes: dict[str, Any]
) -> None:
    """As the timeline says it: a paid bill asks nothing, and what was withdrawn is gone."""
    await wired.deliver(JAYLANO, kenmerk="REKENING", **bill(soort="betalen"))
    await wired.deliver(JAYLANO, **{"termijnen": None, "betaling": None, **changes})
    await reached_and_planned(wired, office, citizen)
    async with wired.services.store.read() as tx:
        waiting = await tx.alerts.due(citizen.mailbox_id, now_ms=2**60)
    shown = (await wired.services.agenda.ahead(citizen)).what.days
    asked = [day for day in shown if day.deadline.kind == "betalen"]
    assert len(waiting) == 3 * len(asked)


async def test_not_of_what_they_say_is_paid_nor_of_what_is_over(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    paid = await wired.deliver(JAYLANO, **bill(soort="betalen"))
    await wired.services.paying.say(citizen, paid, Word.PAID, is_so=True)
    await wired.deliver(JAYLANO, **bill(afzender=UWV.value, uiterlijk="2026-11-20"))
    await reached_and_planned(wired, office, citizen)
    assert await reminded(wired, office) == []


@pytest.mark.parametrize("before", ["no address", "an address", "an address that was taken away"])
async def test_what_is_published_after_one_gave_an_address_is_told_then_and_once(
    wired: World, office: PostOffice, citizen: Person, before: str
) -> None:
    if before != "no address":
        await reached_and_planned(wired, office, citizen)
    await wired.deliver(JAYLANO, publicatietijdstip="2026-11-26T12:00:00Z", **bill())
    await wired.deliver(JAYLANO, publicatietijdstip="2026-11-26T12:00:00Z", termijnen=None, afzender=UWV.value)
    if before == "an address that was taken away":
        await wired.services.contacts.remove(citizen, Way.EMAIL)
    await reached_and_planned(wired, office, citizen)
    assert await work(wired) == 0
    wired.clock.ms += 2 * DAY_MS
    assert await work(wired) == 2
    assert await reminded(wired, office) == DAYS


async def test_of_what_is_published_later_is_told_only_what_one_wants(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    await wired.deliver(JAYLANO, publicatietijdstip="2026-11-26T12:00:00Z", **bill())
    await reached(wired, office, citizen)
    await wired.services.contacts.choose(citizen, Wishes(reminders=False))
    await wired.services.earlier_post.plan(citizen)
    wired.clock.ms += 2 * DAY_MS
    assert await work(wired) == 1
    assert await reminded(wired, office) == []


async def test_who_wants_no_reminders_or_has_no_address_gets_none(
    wired: World, office: PostOffice, citizen: Person
) -> None:
    await wired.deliver(JAYLANO, **bill())
    await wired.services.earlier_post.plan(citizen)
    await reached(wired, office, citizen)
    await wired.services.contacts.choose(citizen, Wishes(reminders=False))
    await wired.services.earlier_post.plan(citizen)
    wired.clock.ms += DAY_MS
    assert await work(wired) == 0
    assert await reminded(wired, office) == []
