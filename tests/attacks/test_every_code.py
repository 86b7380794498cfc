"""Each kind of code that people hand over, under the same attacks: guessed, replayed, stolen, and kept too long."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import pytest
from stdnum.nl import bsn

from consent import State
from mailbox.crypto import FileKek, Keyholder, Sealer
from mailbox.domain.errors import CodeRefused, TooManyAttempts
from mailbox.domain.identifiers import GrantId
from mailbox.domain.people import Person
from mailbox.services.asking import Asking
from mailbox.services.granting import GrantDraft
from mailbox.services.invitation_codes import ATTEMPTS_PER_CODE, ATTEMPTS_PER_HOUR, INVITATION_MS
from tests.attacks.taken import COLLEAGUE
from tests.world import World, scope

NOBODYS: Final = "AAAA-AAAA-AAAA"
BSNS: Final = [f"99999{tail}" for tail in range(1000, 1300) if bsn.is_valid(f"99999{tail}")]
HOUR_MS: Final = 3_600_000


@dataclass(kw_only=True)
class Table:
    """Who sits at it: Jaylano, who is helped; Karin, who helps; a colleague of hers; and strangers."""

    world: World
    jaylano: Person
    karin: Person
    colleague: Person
    shared: GrantId
    _strangers: int = field(default=0)

    async def stranger(self) -> Person:
        """Of Karin's organisation, so that nothing but the code is wrong."""
        self._strangers += 1
        return await self.world.person(BSNS[self._strangers], "Eve Vreemd", self.karin.organisation)


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A kind of code: who makes it, who may use it, and how. `used`: how often it let somebody in.

    `remembers`: who used it, and does so again, finds what they did then.
    """

    maker: Callable[[Table], Person]
    taker: Callable[[Table], Person]
    make: Callable[[Table], Awaitable[str]]
    use: Callable[[Table, Person, str], Awaitable[object]]
    used: Callable[[Table], Awaitable[int]]
    remembers: bool = False


async def _invite(table: Table) -> str:
    draft = GrantDraft(helper_note="hulp", scope=scope(days=200))
    return (await table.world.services.granting.offer(table.jaylano, draft)).code


async def _ask(table: Table) -> str:
    return (await table.world.services.asking.ask(table.karin, scope(), "Om te helpen")).code


async def _ask_colleague(table: Table) -> str:
    return (await table.world.services.caseworkers.ask(table.colleague)).code


async def _accept(table: Table, who: Person, code: str) -> object:
    return await table.world.services.helping.accept(who, code)


async def _agree(table: Table, who: Person, code: str) -> object:
    return await table.world.services.asking.agree(who, code, scope())


async def _let_in(table: Table, who: Person, code: str) -> object:
    mine = [table.shared] if who == table.karin else []
    return await table.world.services.caseworkers.let_in(who, code, mine)


async def _accepted(table: Table) -> int:
    grants = await table.world.services.granting.grants_of(table.jaylano)
    return sum(view.state is State.ACTIVE for view in grants) - 1


async def _agreed(table: Table) -> int:
    return len(await table.world.services.helping.clients_of(table.karin)) - 1


async def _joined(table: Table) -> int:
    return len(await table.world.services.helping.clients_of(table.colleague))


KINDS: Final[Mapping[str, Kind]] = {
    "invitation": Kind(
        maker=lambda table: table.jaylano,
        taker=lambda table: table.karin,
        make=_invite,
        use=_accept,
        used=_accepted,
    ),
    "question": Kind(
        maker=lambda table: table.karin,
        taker=lambda table: table.jaylano,
        make=_ask,
        use=_agree,
        used=_agreed,
        remembers=True,
    ),
    "colleague": Kind(
        maker=lambda table: table.colleague,
        taker=lambda table: table.karin,
        make=_ask_colleague,
        use=_let_in,
        used=_joined,
    ),
}


@pytest.fixture(params=list(KINDS))
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


@pytest.fixture
async def table(world: World, jaylano: Person, karin: Person) -> Table:
    colleague = await world.person(COLLEAGUE, "Mo Haddad", karin.organisation)
    shared = await world.grant(jaylano, karin, scope())
    return Table(world=world, jaylano=jaylano, karin=karin, colleague=colleague, shared=shared)


def wrong(code: str) -> str:
    """The code with another last character: it finds what it is for, and does not open it."""
    return code[:-1] + ("A" if code[-1] != "A" else "B")


async def counted(table: Table, who: Person) -> int:
    """The wrong codes of this person in the last hour."""
    async with table.world.services.store.read() as tx:
        return await tx.sessions.count_attempts(who.mailbox_id, since_ms=table.world.clock.ms - HOUR_MS)


async def is_refused(table: Table, kind: Kind, who: Person, code: str) -> None:
    """As any wrong code, and counted as one."""
    before, used = await counted(table, who), await kind.used(table)
    with pytest.raises(CodeRefused):
        await kind.use(table, who, code)
    assert (await counted(table, who), await kind.used(table)) == (before + 1, used)


async def test_the_right_code_lets_in_once_so_that_the_tests_below_can_fail(table: Table, kind: Kind) -> None:
    code = await kind.make(table)
    await kind.use(table, kind.taker(table), code)
    assert await kind.used(table) == 1


async def test_a_used_code_is_refused_whoever_has_it(table: Table, kind: Kind) -> None:
    code = await kind.make(table)
    done = await kind.use(table, kind.taker(table), code)
    for who in (kind.maker(table), await table.stranger()):
        await is_refused(table, kind, who, code)
    if not kind.remembers:
        await is_refused(table, kind, kind.taker(table), code)
        return
    assert await kind.use(table, kind.taker(table), code) == done
    assert await kind.used(table) == 1


async def test_ones_own_code_is_refused(table: Table, kind: Kind) -> None:
    code = await kind.make(table)
    await is_refused(table, kind, kind.maker(table), code)
    await kind.use(table, kind.taker(table), code)


async def test_a_code_is_refused_after_its_week(table: Table, kind: Kind) -> None:
    code = await kind.make(table)
    table.world.clock.ms += INVITATION_MS
    await is_refused(table, kind, kind.taker(table), code)


async def test_a_code_that_was_guessed_at_is_refused_also_when_it_is_right(table: Table, kind: Kind) -> None:
    code = await kind.make(table)
    for _ in range(ATTEMPTS_PER_CODE):
        await is_refused(table, kind, await table.stranger(), wrong(code))
    await is_refused(table, kind, kind.taker(table), code)


async def test_who_guessed_too_often_must_wait_also_with_the_right_code(table: Table, kind: Kind) -> None:
    """At codes of any kind: guesses at one door count at the others."""
    code, who = await kind.make(table), kind.taker(table)
    others = [other for other in KINDS.values() if other is not kind]
    for number in range(ATTEMPTS_PER_HOUR):
        with pytest.raises(CodeRefused):
            await others[number % len(others)].use(table, who, NOBODYS)
    with pytest.raises(TooManyAttempts):
        await kind.use(table, who, code)
    assert await kind.used(table) == 0
    table.world.clock.ms += HOUR_MS + 1
    await kind.use(table, who, code)


async def test_a_code_of_another_kind_is_no_code(table: Table, kind: Kind) -> None:
    codes = [await other.make(table) for other in KINDS.values() if other is not kind]
    for code in codes:
        await is_refused(table, kind, await table.stranger(), code)


async def test_guesses_at_once_get_no_more_than_its_attempts(table: Table, kind: Kind) -> None:
    """Each is refused and counted, and none is lost in the crowd."""
    code, crowd = await kind.make(table), [await table.stranger() for _ in range(2 * ATTEMPTS_PER_CODE)]
    tries = [kind.use(table, who, wrong(code)) for who in crowd]
    found = Counter(type(outcome) for outcome in await asyncio.gather(*tries, return_exceptions=True))
    assert found == {CodeRefused: len(crowd)}
    assert [await counted(table, who) for who in crowd] == [1] * len(crowd)
    await is_refused(table, kind, kind.taker(table), code)


class CountingSealer(Sealer):
    """Counts how often a code was really tried."""

    tried = 0

    def open_operator(self, purpose: str, ids: tuple[bytes, ...], box: bytes) -> bytes:
        self.tried += purpose == "access-request"
        return super().open_operator(purpose, ids, box)


async def test_a_crowd_tries_a_question_no_more_often_than_one(table: Table) -> None:
    """As for an invitation (`test_codes`): those that come together do not all find attempts left."""
    world, kek = table.world, FileKek(table.world.kek_file)
    sealer, code = CountingSealer(kek), await _ask(table)
    asking = Asking(store=world.services.store, sealer=sealer, keyholder=Keyholder(kek), clock=world.clock)
    crowd = [await table.stranger() for _ in range(2 * ATTEMPTS_PER_CODE)]
    await asyncio.gather(*(asking.look(who, wrong(code)) for who in crowd), return_exceptions=True)
    assert sealer.tried == ATTEMPTS_PER_CODE


async def test_a_code_used_by_many_at_once_lets_one_in(table: Table, kind: Kind) -> None:
    code, crowd = await kind.make(table), [await table.stranger() for _ in range(6)]
    tries = [kind.use(table, who, code) for who in crowd]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert Counter(isinstance(outcome, CodeRefused) for outcome in outcomes) == {True: 5, False: 1}
