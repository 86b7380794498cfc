"""Plays a history through the real services, and compares what opens with what is expected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count, product
from typing import Final

from stdnum.nl import bsn as elfproef

from consent import RECEIVING, Action, LetterFacts, Scope, State
from mailbox.crypto import FileKek, GrantSecret, Keyholder, OpenGrant, OpenMailbox, Sealer
from mailbox.domain.errors import MailboxError, NotFound, SealBroken
from mailbox.domain.identifiers import GrantId, LetterId, id_text
from mailbox.domain.people import Identity, Person, Subject
from mailbox.domain.ports import Transaction
from mailbox.domain.sealed import SealedSummary
from mailbox.services.access import Gate
from mailbox.services.granting import GrantDraft
from mailbox.services.holds import Holds
from tests.property.histories import HELPERS, LETTERS, Expected, Grant, Step
from tests.world import CJIB, DAY_MS, World

EVER_MS: Final = 2**62
PDF: Final = b"%PDF-1.4\n%%EOF\n"
_NUMBERS: Final = count()
_BSNS: Final = [f"99999{tail:04}" for tail in range(1000, 10_000) if elfproef.is_valid(f"99999{tail:04}")]
_ORGANISATIONS: Final = ("Rekenhulp", "Rekenhulp", None)


class NotThere(Exception):
    """This step is about a grant, a letter or a helper that there is not."""


@dataclass(kw_only=True)
class Player:
    """One citizen and their helpers. `done`: which steps did something, and how many letters opened."""

    world: World
    bsn: str
    citizen: Person
    helpers: list[Person]
    keys: list[OpenMailbox]
    holds: Holds
    expected: Expected = field(default_factory=Expected)
    ids: dict[int, GrantId] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)
    bodies: dict[LetterId, bytes] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)

    @classmethod
    async def new(cls, world: World) -> Player:
        """People whom no other history knows."""
        kek, number = FileKek(world.kek_file), next(_NUMBERS)
        sealer = Sealer(kek)
        gate = Gate(sealer=sealer, keyholder=Keyholder(kek))
        helpers = [await _helper(world, f"{number}-{one}", _ORGANISATIONS[one]) for one in range(HELPERS)]
        async with world.services.store.read() as tx:
            keys = [await gate.unlock(tx, helper) for helper in helpers]
        return cls(
            world=world,
            bsn=_BSNS[number],
            citizen=await world.person(_BSNS[number], "Jaylano Meerman"),
            helpers=helpers,
            keys=keys,
            holds=Holds(sealer),
        )

    async def take(self, step: Step) -> None:
        """Does it. What the service refuses did not happen, here or there."""
        acts: Mapping[str, Callable[[Step], Awaitable[None]]] = {
            "letter": self._letter,
            "offer": self._offer,
            "agree": self._agree,
            "accept": self._accept,
            "change": self._change,
            "take out": self._single,
            "give": self._single,
            "pause": self._pause,
            "resume": self._resume,
            "stop": self._stop,
            "join": self._join,
            "leave": self._leave,
            "remove": self._remove,
            "days": self._days,
        }
        try:
            await acts[step.what](step)
        except (MailboxError, NotThere):
            return
        self.done[step.what] += 1

    async def unlike_expected(self) -> list[str]:
        """Where the helpers' keys open other letters, in the stored rows and asking nobody, than the rules allow."""
        found = []
        async with self.world.services.store.read() as tx:
            for number, grant in self.expected.grants.items():
                owner, grant_id = self.citizen.mailbox_id, self.ids[number]
                rows = await tx.letters.page(owner, grant_id, visible_at_ms=EVER_MS, before=None, limit=100)
                found += [f"grant {number} has keys"] if rows and grant.state not in RECEIVING else []
                for helper in range(HELPERS):
                    opened = self._opened(await self._secret(tx, number, helper), rows)
                    allowed = self._allowed(number, helper, Action.LIST), self._allowed(number, helper, Action.READ)
                    found += [f"grant {number}, helper {helper}: {opened} for {allowed}"] if opened != allowed else []
                    self.done["opened"] += len(opened[0])
        return found

    async def shown_unlike_expected(self) -> list[str]:
        """Where the pages would show anything else than the rules allow."""
        found = []
        for number, helper in product(self.expected.grants, range(HELPERS)):
            shown = await self._shown(number, helper)
            allowed = [self._allowed(number, helper, one) for one in (Action.LIST, Action.READ, Action.DOWNLOAD)]
            found += [f"grant {number}, helper {helper}: {shown} for {allowed}"] if shown != allowed else []
        return found

    def _allowed(self, number: int, helper: int, action: Action) -> set[str]:
        return self.expected.allowed(number, helper, action, self.world.clock.ms)

    async def _shown(self, number: int, helper: int) -> list[set[str]]:
        """The letters that are listed, those with a text, and those to download."""
        person, through, reading = self.helpers[helper], self.ids[number], self.world.services.reading
        try:
            listed = await self.world.ids(person, through=through)
        except NotFound:
            return [set(), set(), set()]
        opened = [await reading.letter(person, letter_id, through=through) for letter_id in listed]
        return [
            {id_text(one) for one in listed},
            {id_text(one.metadata.letter_id) for one in opened if one.text is not None},
            {id_text(one.metadata.letter_id) for one in opened if one.may_download},
        ]

    async def _secret(self, tx: Transaction, number: int, helper: int) -> GrantSecret | None:
        """What this helper holds of it: nothing, or no more than whose post it was, gives None."""
        person = self.helpers[helper]
        ref = self.holds.ref(self.ids[number], person.mailbox_id)
        held = await tx.grants.held(person.mailbox_id, ref)
        secret = self.keys[helper].held(ref, held.blob) if held else None
        return secret if secret and secret.has_key else None

    def _opened(self, secret: GrantSecret | None, rows: Sequence[SealedSummary]) -> tuple[set[str], set[str]]:
        """The letters of which the metadata opens, and those of which the text does."""
        listed, read = set[str](), set[str]()
        if secret is None:
            return listed, read
        for row in rows:
            key = OpenGrant(secret).letter_key(row.letter_id, row.key)
            assert key.open_meta(row.meta_box)
            listed.add(id_text(row.letter_id))
            with suppress(SealBroken):
                key.open_body(self.bodies[row.letter_id])
                read.add(id_text(row.letter_id))
        return listed, read

    async def _letter(self, step: Step) -> None:
        differs = LETTERS[step.detail]
        letter_id, own = await self.world.deliver(self.bsn, files=(PDF,), **differs), self.citizen.mailbox_id
        async with self.world.services.store.read() as tx:
            stored = await tx.letters.get(own, own, letter_id, visible_at_ms=EVER_MS)
        assert stored is not None
        self.bodies[letter_id] = stored.body_box
        self.expected.letters.append(
            LetterFacts(
                agency=differs.get("afzender", CJIB.value),
                topics=frozenset(differs["domeinen"]),
                dated=date.fromisoformat(differs.get("dagtekening", "2026-03-02")),
                addressee_only=differs.get("alleenGeadresseerde", False),
                letter_id=id_text(letter_id),
            )
        )

    async def _offer(self, step: Step) -> None:
        self._must_be_free(step.grant)
        scope, note = self._from_now(step.detail), f"hulp {next(_NUMBERS)}"
        offer = await self.world.services.granting.offer(self.citizen, GrantDraft(helper_note=note, scope=scope))
        self._made(step.grant, offer.grant_id, Grant(state=State.OFFERED, scope=scope, made_ms=self.world.clock.ms))
        self.codes[step.grant] = offer.code

    async def _agree(self, step: Step) -> None:
        self._must_be_free(step.grant)
        scope, asking = self._from_now(step.detail), self.world.services.asking
        asked = await asking.ask(self.helpers[step.helper], scope, "Om te helpen")
        grant_id = await asking.agree(self.citizen, asked.code, scope)
        made = Grant(state=State.ACTIVE, scope=scope, made_ms=self.world.clock.ms, helpers={step.helper})
        self._made(step.grant, grant_id, made)

    async def _accept(self, step: Step) -> None:
        grant = self._grant(step)
        await self.world.services.helping.accept(self.helpers[step.helper], self.codes.get(step.grant, ""))
        grant.state, grant.helpers = State.ACTIVE, {step.helper}

    async def _change(self, step: Step) -> None:
        await self._rescope(step, self._from_now(step.detail))

    async def _single(self, step: Step) -> None:
        grant, letters = self._grant(step), self.expected.letters
        one = frozenset({letters[step.detail % len(letters)].letter_id})
        if step.what == "give":
            scope = replace(grant.scope, also=grant.scope.also | one, without=grant.scope.without - one)
        else:
            scope = replace(grant.scope, also=grant.scope.also - one, without=grant.scope.without | one)
        await self._rescope(step, scope)

    async def _rescope(self, step: Step, scope: Scope) -> None:
        grant = self._grant(step)
        await self.world.change(self.citizen, self.ids[step.grant], scope)
        grant.scope = scope

    async def _pause(self, step: Step) -> None:
        """Or ends the pause that there is."""
        grant = self._grant(step)
        if grant.state is State.PAUSED:
            await self._resume(step)
            return
        await self.world.services.granting.pause(self.citizen, self.ids[step.grant])
        grant.state = State.PAUSED

    async def _resume(self, step: Step) -> None:
        grant = self._grant(step)
        await self.world.services.granting.resume(self.citizen, self.ids[step.grant])
        grant.state = State.ACTIVE
        self.done["went on"] += 1

    async def _stop(self, step: Step) -> None:
        """Stopping what ended is no error, and changes nothing."""
        grant = self._grant(step)
        await self.world.services.granting.stop(self.citizen, self.ids[step.grant])
        grant.state = State.REVOKED if grant.is_live else grant.state

    async def _join(self, step: Step) -> None:
        """Let in by a helper who is there; another than the newcomer."""
        grant, caseworkers = self._grant(step), self.world.services.caseworkers
        host = next((one for one in sorted(grant.helpers) if one != step.helper), None)
        if host is None:
            raise NotThere
        asked = await caseworkers.ask(self.helpers[step.helper])
        await caseworkers.let_in(self.helpers[host], asked.code, [self.ids[step.grant]])
        grant.helpers.add(step.helper)

    async def _leave(self, step: Step) -> None:
        self._grant(step)
        await self.world.services.helping.give_back(self.helpers[step.helper], self.ids[step.grant])
        self._gone(step)

    async def _remove(self, step: Step) -> None:
        self._grant(step)
        ref = self.holds.ref(self.ids[step.grant], self.helpers[step.helper].mailbox_id).hex()
        await self.world.services.granting.remove_helper(self.citizen, self.ids[step.grant], ref)
        self._gone(step)

    async def _days(self, step: Step) -> None:
        self.world.clock.ms += step.detail * DAY_MS
        await self.world.services.grant_endings.end_expired()
        self.done["expired"] += self.expected.days_pass(self.world.clock.ms)

    def _gone(self, step: Step) -> None:
        grant = self._grant(step)
        grant.helpers.discard(step.helper)
        if grant.is_live and not grant.helpers:
            grant.state = State.REVOKED
        self.done["one of two went"] += bool(grant.helpers)

    def _grant(self, step: Step) -> Grant:
        if step.grant not in self.expected.grants:
            raise NotThere
        return self.expected.grants[step.grant]

    def _must_be_free(self, number: int) -> None:
        grant = self.expected.grants.get(number)
        if grant is not None and grant.is_live:
            raise NotThere

    def _made(self, number: int, grant_id: GrantId, grant: Grant) -> None:
        self.ids[number], self.expected.grants[number] = grant_id, grant

    def _from_now(self, scope: Scope) -> Scope:
        return replace(scope, until_ms=self.world.clock.ms + scope.until_ms)


async def _helper(world: World, name: str, organisation: str | None) -> Person:
    identity = Identity(subject=Subject(kind="pseudonym", value=name), name=f"Helper {name}", organisation=organisation)
    person = await world.services.sessions.person(await world.services.sessions.login(identity))
    assert person is not None
    return person
