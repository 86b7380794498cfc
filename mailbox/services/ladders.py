"""What a citizen wants to happen when they do not look: seen, chosen, and taken away again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from consent import RECEIVING, Action, State
from mailbox.crypto import Keyholder, Sealer
from mailbox.domain.claims.said import Said
from mailbox.domain.claims.tasks import PAY, Task
from mailbox.domain.errors import MailboxError
from mailbox.domain.identifiers import LetterId, MailboxId
from mailbox.domain.ladder import CHOSEN, HELPER_DAYS, SENDER_DAYS, Ladder
from mailbox.domain.letters import LetterMetadata
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.domain.reminders import Date
from mailbox.domain.sealed import BillMark, LadderStep
from mailbox.services.access import Gate
from mailbox.services.broken_grants import own_grants
from mailbox.services.grant_ledger import GrantLedger
from mailbox.services.grant_views import GrantView
from mailbox.services.helper_calls import HelperCalls
from mailbox.services.ladder_plans import seal_ladder, steps
from mailbox.services.live_grants import LiveGrants
from mailbox.services.log_entries import Act, Look, Role, write_entry
from mailbox.services.matter_tags import MatterTags, standing_of
from mailbox.services.open_dates import asked_now
from mailbox.services.pieces import pieces
from mailbox.services.whole_post import Making, WholePost

_AT_ONCE: Final = 500
"""Letters planned anew in one statement."""


class LadderRefused(MailboxError):
    """Deze keuze kan niet."""

    code = "ongeldig-verzoek"


class SenderTooSoon(LadderRefused):
    """Kies voor de organisatie meer dagen dan voor uw helper. Dan kan uw helper eerst kijken."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChosenLadder:
    """As it stands. `helpers`: who may be asked; `others`: who look along, and may not be told anything.

    `gone`: a helper was chosen who may not be asked any more.
    """

    ladder: Ladder
    helpers: tuple[GrantView, ...]
    others: tuple[GrantView, ...]

    @property
    def helper(self) -> GrantView | None:
        return next((one for one in self.helpers if one.grant_id == self.ladder.helper), None)

    @property
    def gone(self) -> bool:
        return self.ladder.helper is not None and self.helper is None


class Ladders:
    """The ladder of the person who is logged in."""

    def __init__(
        self, *, store: Store, sealer: Sealer, keyholder: Keyholder, clock: Clock, whole_post: WholePost
    ) -> None:
        self._store = store
        self._sealer = sealer
        self._gate = Gate(sealer=sealer, keyholder=keyholder)
        self._grants = GrantLedger(sealer)
        self._live = LiveGrants(sealer)
        self._calls = HelperCalls(sealer)
        self._clock = clock
        self._whole_post = whole_post

    async def show(self, citizen: Person) -> ChosenLadder:
        """What was chosen, and from whom one can choose."""
        now_ms = self._clock.now_ms()
        async with self._store.read() as tx:
            ladder = await self._calls.ladder(tx, citizen.mailbox_id)
            mailbox = await self._gate.unlock(tx, citizen)
            records = [one for one in await tx.grants.of_mailbox(citizen.mailbox_id) if one.state in RECEIVING]
        views = own_grants(mailbox, records, self._grants.terms).sound
        live = [one for one in views if one.state in {State.ACTIVE, State.PAUSED} and now_ms < one.scope.until_ms]
        may = {one.grant_id for one in live if Action.ALERT in one.scope.actions}
        return ChosenLadder(
            ladder=ladder,
            helpers=tuple(one for one in live if one.grant_id in may),
            others=tuple(one for one in live if one.grant_id not in may),
        )

    async def choose(self, citizen: Person, ladder: Ladder) -> None:
        """From now on it is like this, also for the letters that are there and still ask something.

        Raises:
            LadderRefused: days that cannot be chosen, or a helper who may not be asked.
            SenderTooSoon: the sender would hear before the helper could look.
        """
        _check_days(ladder)
        helpers = (await self.show(citizen)).helpers
        if ladder.helper is not None and ladder.helper not in {one.grant_id for one in helpers}:
            raise LadderRefused("Deze helper mag geen bericht krijgen. Kies iemand anders.")
        async with self._store.write() as tx:
            await tx.mailboxes.lock(citizen.mailbox_id)
            async with self._live.changing(tx, citizen.mailbox_id, gives=False):  # the door must read it anew
                await self._keep(tx, citizen.mailbox_id, ladder)
            await self._log(tx, citizen)
        if not ladder.is_off:
            await self._plan_anew(citizen, ladder)

    async def _keep(self, tx: Transaction, mailbox_id: MailboxId, ladder: Ladder) -> None:
        if ladder.is_off:
            await tx.ladders.remove(mailbox_id)
        else:
            await tx.ladders.keep(mailbox_id, seal_ladder(self._sealer, mailbox_id, ladder))

    async def _plan_anew(self, citizen: Person, ladder: Ladder) -> None:
        """For letters from before, also those that cannot be seen yet. What comes since is planned at the door."""
        now_ms = self._clock.now_ms()
        make = partial(self._steps, citizen.mailbox_id, ladder, now_ms)
        making = Making(make=make, tells_of=_nothing, act=Act.LIST, action=Action.LIST, unseen=True)
        letters, planned = (await self._whole_post.made(citizen, making)).what
        async with self._store.write() as tx:
            await tx.mailboxes.lock(citizen.mailbox_id)
            if await self._calls.ladder(tx, citizen.mailbox_id) == ladder:  # else somebody chose something else since
                for some in map(frozenset, pieces(letters, _AT_ONCE)):
                    of_these = [step for step in planned if step.letter_id in some]
                    await tx.ladders.replan(citizen.mailbox_id, sorted(some), of_these)

    def _steps(
        self, mailbox_id: MailboxId, ladder: Ladder, now_ms: int, letters: Sequence[LetterMetadata], said: Said
    ) -> tuple[list[LetterId], list[LadderStep]]:
        """The letters, and what is planned for them. Counted from now: nobody is asked of a whole year at once."""
        asked = asked_now(letters, now_ms)
        first, unpaid = _first_tasks(asked.days), set(asked.without(said).days)
        planned: list[LadderStep] = []
        for letter in letters:
            task = first.get(letter.letter_id)
            if task is None and not (letter.reaction_expected and letter.read_ms is None):
                continue
            planned += steps(
                mailbox_id,
                letter.letter_id,
                ladder,
                Date(kind=task.kind, by=task.by) if task else None,
                published_ms=max(now_ms, letter.publish_ms),
                bill=self._bill(mailbox_id, letter, task),
                is_read=letter.read_ms is not None,
                muted=task is not None and task not in unpaid,
            )
        return [letter.letter_id for letter in letters], [step for step in planned if step.rung in CHOSEN]

    def _bill(self, mailbox_id: MailboxId, letter: LetterMetadata, task: Task | None) -> BillMark | None:
        """Of what is to be paid."""
        if task is None or task.kind != PAY:
            return None
        return MatterTags(self._sealer, mailbox_id).mark(letter.letter_id, standing_of(letter))

    async def _log(self, tx: Transaction, citizen: Person) -> None:
        look = Look(actor=citizen.label, role=Role.CITIZEN, act=Act.LADDER)
        now_ms = self._clock.now_ms()
        await write_entry(tx, look, mailbox_id=citizen.mailbox_id, reader=citizen, sealer=self._sealer, at_ms=now_ms)


def _check_days(ladder: Ladder) -> None:
    if ladder.helper_days not in HELPER_DAYS or ladder.sender_days not in {None, *SENDER_DAYS}:
        raise LadderRefused("Kies een van de aantallen dagen.")
    if ladder.helper is not None and ladder.sender_days is not None and ladder.sender_days <= ladder.helper_days:
        raise SenderTooSoon


def _first_tasks(tasks: Sequence[Task]) -> dict[LetterId, Task]:
    """Of each letter the first day; `tasks` are in order."""
    first: dict[LetterId, Task] = {}
    for task in tasks:
        first.setdefault(task.letter_id, task)
    return first


def _nothing(_: object) -> tuple[LetterId, ...]:
    """What is planned shows nobody anything."""
    return ()
