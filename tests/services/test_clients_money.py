"""What a helper sees of somebody's money: made of the letters that the grant covers, logged first, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consent import Action
from mailbox.crypto import FileKek, Keyholder, Sealer
from mailbox.domain.claims.debts import State
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import id_text
from mailbox.domain.people import Person
from mailbox.services.log_entries import Act, Role
from mailbox.services.paying import Paying
from tests.services.conftest import JAYLANO, Tamper
from tests.services.interrupted import Happening, Interrupted
from tests.services.test_paying import MORE, looks, reminder, told
from tests.world import DAY_MS, UWV, World, scope


async def test_a_helper_with_the_list_alone_sees_claims_and_each_look_is_logged(
    world: World, jaylano: Person, karin: Person
) -> None:
    fine, later = await world.deliver(JAYLANO), await reminder(world)
    grant = await world.grant(jaylano, karin, scope(actions=frozenset({Action.LIST})))
    money = await world.services.paying.overview(karin, through=grant)
    assert (told(money), money.owner) == ([(State.REMINDED, 159_00, 50_00)], "Jaylano Meerman")
    one = await world.services.paying.claim(karin, fine, through=grant)
    assert [letter.letter_id for letter in one.claim.letters] == [fine, later]
    seen = [line for line in await looks(world, jaylano) if line[1] is Role.HELPER and line[0] is Act.LIST]
    assert seen == [(Act.LIST, Role.HELPER, {fine, later})] * 2


async def test_claims_are_made_of_covered_letters_alone(world: World, jaylano: Person, karin: Person) -> None:
    """Of a chain of which the grant covers a part, the rest is not hinted at: not in amounts, and not in letters."""
    fine = await world.deliver(JAYLANO)
    later = await reminder(world, domeinen=["boete", "strafrecht"], alleenGeadresseerde=True)
    other = await world.deliver(JAYLANO, afzender=UWV.value, zaakkenmerk="UWV 1", domeinen=["uitkering", "boete"])
    grant = await world.grant(jaylano, karin, scope())
    paying = world.services.paying
    money = await paying.overview(karin, through=grant)
    assert told(money) == [(State.OPEN, 109_00, 0)]
    assert [claim.letters for claim in money.claims] == [(fine,)]
    assert [one.letter_id for one in (await paying.claim(karin, fine, through=grant)).claim.letters] == [fine]
    for hidden in (later, other):
        with pytest.raises(NotFound):
            await paying.claim(karin, hidden, through=grant)


async def test_nothing_to_pay_is_an_answer_that_is_logged(world: World, jaylano: Person, karin: Person) -> None:
    await world.deliver(JAYLANO, bedragen={"totaal": 0, "richting": "ontvangen"}, betaling=None)
    grant = await world.grant(jaylano, karin, scope())
    assert (await world.services.paying.overview(karin, through=grant)).claims == ()
    assert (await looks(world, jaylano))[0] == (Act.LIST, Role.HELPER, set())


async def test_without_a_log_a_helper_sees_nothing(
    world: World, jaylano: Person, karin: Person, tamper: Tamper
) -> None:
    fine = await world.deliver(JAYLANO)
    grant = await world.grant(jaylano, karin, scope())
    await tamper("ALTER TABLE access_log RENAME TO gone")
    with pytest.raises(Exception, match=r"SQLITE_ERROR|42P01"):
        await world.services.paying.overview(karin, through=grant)
    with pytest.raises(Exception, match=r"SQLITE_ERROR|42P01"):
        await world.services.paying.claim(karin, fine, through=grant)


async def test_a_letter_that_does_not_open_is_not_told_of(
    world: World, jaylano: Person, karin: Person, tamper: Tamper
) -> None:
    """It may be of any kind: that it is there at all is not for the helper."""
    await world.deliver(JAYLANO)
    broken = await world.deliver(JAYLANO, zaakkenmerk="ZAAK 9", bedragen=MORE)
    grant = await world.grant(jaylano, karin, scope())
    await tamper(
        "UPDATE letter SET meta_box = :junk WHERE mailbox_id = :own AND letter_id = :one",
        junk=b"junk",
        own=jaylano.mailbox_id,
        one=broken,
    )
    money = await world.services.paying.overview(karin, through=grant)
    assert (told(money), money.broken) == ([(State.OPEN, 109_00, 0)], 0)


async def test_who_may_not_look_finds_nothing(world: World, jaylano: Person, karin: Person, eve: Person) -> None:
    fine = await world.deliver(JAYLANO)
    grant = await world.grant(jaylano, karin, scope(days=30))
    paying = world.services.paying

    async def is_nothing_to(who: Person) -> None:
        with pytest.raises(NotFound):
            await paying.overview(who, through=grant)
        with pytest.raises(NotFound):
            await paying.claim(who, fine, through=grant)

    await is_nothing_to(eve)
    await is_nothing_to(jaylano)
    await world.services.granting.pause(jaylano, grant)
    await is_nothing_to(karin)
    await world.services.granting.resume(jaylano, grant)
    assert told(await paying.overview(karin, through=grant)) == [(State.OPEN, 109_00, 0)]
    world.clock.ms += 30 * DAY_MS
    await is_nothing_to(karin)


@pytest.mark.parametrize("end", ["pause", "stop", "expire"])
async def test_the_slowest_helper_is_shown_nothing(world: World, jaylano: Person, karin: Person, end: str) -> None:
    """All is opened, and only then it ends; just before the look is written down."""
    fine = await world.deliver(JAYLANO)
    grant = await world.grant(jaylano, karin, scope(days=1))

    async def ends() -> None:
        if end == "expire":
            world.clock.ms += DAY_MS
        else:
            await getattr(world.services.granting, end)(jaylano, grant)

    with pytest.raises(NotFound):
        await interrupted(world, ends).overview(karin, through=grant)
    assert Act.LIST not in [act for act, *_ in await looks(world, jaylano)]
    with pytest.raises(NotFound):
        await world.services.paying.claim(karin, fine, through=grant)


async def test_a_grant_that_became_narrower_meanwhile_is_read_anew(
    world: World, jaylano: Person, karin: Person
) -> None:
    fine, other = await world.deliver(JAYLANO), await world.deliver(JAYLANO, zaakkenmerk="ZAAK 2")
    grant = await world.grant(jaylano, karin, scope())

    async def narrower() -> None:
        await world.change(jaylano, grant, replace(scope(), without=frozenset({id_text(fine)})))

    money = await interrupted(world, narrower).overview(karin, through=grant)
    assert [claim.letters for claim in money.claims] == [(other,)]
    assert (await looks(world, jaylano))[0] == (Act.LIST, Role.HELPER, {other})


def interrupted(world: World, happening: Happening) -> Paying:
    """With something that happens between opening and logging."""
    kek = FileKek(world.kek_file)
    store = Interrupted(world.services.store, happening)
    return Paying(store=store, sealer=Sealer(kek), keyholder=Keyholder(kek), clock=world.clock)
