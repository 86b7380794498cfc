"""What is to be told of post that came before there was an address: planned once somebody can be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from consent import Action
from mailbox.crypto import Sealer, WorkerSealer
from mailbox.domain.alerts import Wishes
from mailbox.domain.claims.said import Said
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import LetterId
from mailbox.domain.letters import LetterMetadata
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.domain.reminders import Date
from mailbox.domain.sealed import SealedAlert
from mailbox.services.alert_plans import AlertPlans, Telling, open_wishes
from mailbox.services.log_entries import Act
from mailbox.services.matter_tags import MatterTags, standing_of
from mailbox.services.open_dates import asked_now
from mailbox.services.whole_post import Making, WholePost


class EarlierPost:
    """For the person who is logged in: only with them their post opens."""

    def __init__(
        self, *, store: Store, sealer: Sealer, worker: WorkerSealer | None, clock: Clock, whole_post: WholePost
    ) -> None:
        """`worker`: None where nothing is sent."""
        self._store = store
        self._sealer = sealer
        self._plans = AlertPlans(worker=worker) if worker else None
        self._clock = clock
        self._whole_post = whole_post

    async def plan(self, citizen: Person) -> None:
        """Reminders of what is still asked, as the timeline says it, and news of what is published later.

        What is planned or was told already is not again. Shows nobody anything, so that no look is written. Without an
        address nothing happens.
        """
        wishes = await self._wishes(citizen)
        if self._plans is None or wishes is None:
            return
        make = partial(self._alerts, self._plans, citizen, wishes, self._clock.now_ms())
        making = Making(make=make, tells_of=_nobody, act=Act.LIST, action=Action.LIST, unseen=True)
        planned = (await self._whole_post.made(citizen, making)).what
        async with self._store.write() as tx:
            await tx.alerts.lock(citizen.mailbox_id)
            if await tx.alerts.contact(citizen.mailbox_id) is not None:
                await tx.alerts.plan(await _new_ones(tx, planned))

    async def _wishes(self, citizen: Person) -> Wishes | None:
        async with self._store.read() as tx:
            kept = await tx.alerts.contact(citizen.mailbox_id)
        try:
            return open_wishes(self._sealer, citizen.mailbox_id, kept.wishes_box) if kept else None
        except SealBroken:
            return None

    def _alerts(  # noqa: PLR0913, PLR0917 - what a plan is made of
        self,
        plans: AlertPlans,
        citizen: Person,
        wishes: Wishes,
        now_ms: int,
        letters: Sequence[LetterMetadata],
        said: Said,
    ) -> list[SealedAlert]:
        """What the citizen says is paid asks nothing, and what they can see already is no news."""
        dues: dict[LetterId, list[Date]] = {}
        for task in asked_now(letters, now_ms).without(said).days:
            dues.setdefault(task.letter_id, []).append(Date(kind=task.kind, by=task.by))
        own, tags = citizen.mailbox_id, MatterTags(self._sealer, citizen.mailbox_id)
        tellings = [(letter, _telling(letter, dues.get(letter.letter_id, ()))) for letter in letters]
        return [
            alert
            for letter, telling in tellings
            for alert in plans.of_letter(
                own,
                letter.letter_id,
                telling,
                replace(wishes, new_post=wishes.new_post and letter.publish_ms > now_ms),
                due_ms=max(now_ms, letter.publish_ms),
                bill=telling.bill(tags, letter.letter_id),
            )
        ]


def _telling(letter: LetterMetadata, dues: Sequence[Date]) -> Telling:
    return Telling(
        reaction=letter.reaction_expected,
        dues=tuple(sorted(dues, key=lambda due: (due.by, due.kind))),
        at=standing_of(letter),
    )


async def _new_ones(tx: Transaction, planned: Sequence[SealedAlert]) -> list[SealedAlert]:
    """Of one letter at one time somebody is told once."""
    found: list[SealedAlert] = []
    for letter_id in {alert.letter_id for alert in planned}:
        assert letter_id is not None  # noqa: S101 - all of these are of one
        of_this = [alert for alert in planned if alert.letter_id == letter_id]
        before = await tx.alerts.of_letter(of_this[0].mailbox_id, letter_id)
        known = {alert.due_ms for alert in before if not (alert.new_post and alert.muted)}  # nobody hears of those
        found += [alert for alert in of_this if alert.due_ms not in known]
    return found


def _nobody(_: list[SealedAlert]) -> tuple[LetterId, ...]:
    return ()
