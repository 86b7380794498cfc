"""The worker's side of the ladder: what waited for somebody to look goes one rung up. Once, with any number of workers.

Nobody is asked on the word of what was planned: who, and whether at all, is asked of the ladder and the grant as they
are now.
"""

from __future__ import annotations

from typing import Final

import structlog

from mailbox.crypto import Sealer, WorkerSealer
from mailbox.domain.alerts import Call
from mailbox.domain.errors import InvalidIdentifier, NotFound, SealBroken
from mailbox.domain.identifiers import LetterId, MailboxId
from mailbox.domain.ladder import Rung
from mailbox.domain.ports import Clock, Store, Transaction
from mailbox.domain.sealed import LadderStep
from mailbox.services.alert_plans import call_of
from mailbox.services.helper_calls import Asked, HelperCalls
from mailbox.services.holds import Holds
from mailbox.services.log_entries import SERVICE, Act, Look, Role, write_entry

_AT_ONCE: Final = 100
_SKIPPED_AT_ONCE: Final = 1_000

_log = structlog.get_logger()


class Climbing:
    """Works off what is due."""

    def __init__(self, *, store: Store, sealer: Sealer, worker: WorkerSealer | None, clock: Clock) -> None:
        """`worker`: seals what helpers are told; None where this service sends no messages."""
        self._store = store
        self._sealer = sealer
        self._worker = worker
        self._clock = clock
        self._calls = HelperCalls(sealer)
        self._holds = Holds(sealer)

    async def climb_due(self) -> int:
        """All that is due now. How many rungs were taken."""
        taken, now_ms, after = 0, self._clock.now_ms(), None
        await self._skip_read(now_ms)
        while steps := await self._due(now_ms, after):
            for step in steps:
                taken += await self._tried(step)
            after = steps[-1]
        return taken

    async def _tried(self, step: LadderStep) -> bool:
        """A mailbox that was tampered with must not keep others waiting: its step is tried again in the next round."""
        try:
            return await self._climb(step)
        except (SealBroken, NotFound, InvalidIdentifier) as exc:
            _log.error("ladder_step_failed", mailbox=step.mailbox_id.hex(), kind=type(exc).__name__)
            return False

    async def _skip_read(self, now_ms: int) -> None:
        """Nearly all of what is due, many at once. What is locked now is for the next round, or for its step."""
        while True:
            async with self._store.write() as tx:
                if await tx.ladders.skip_read(now_ms=now_ms, limit=_SKIPPED_AT_ONCE) < _SKIPPED_AT_ONCE:
                    return

    async def _due(self, now_ms: int, after: LadderStep | None) -> list[LadderStep]:
        async with self._store.read() as tx:
            return list(await tx.ladders.due(now_ms=now_ms, after=after, limit=_AT_ONCE))

    async def _climb(self, step: LadderStep) -> bool:
        """Whether it happened. A step that another worker took is gone; one that needs not happen goes."""
        now_ms = self._clock.now_ms()
        async with self._store.read() as tx:  # who must be locked as well
            asked = await self._asked(tx, step, now_ms)
        people = {step.mailbox_id, *(asked.helpers if asked else ())}
        async with self._store.write() as tx:
            await tx.mailboxes.lock_all(people)
            waits = await tx.ladders.get_step(step.mailbox_id, step.step_id, now_ms=now_ms)
            asked = await self._asked(tx, step, now_ms)
            if waits is None or waits.muted or not people.issuperset(asked.helpers if asked else ()):
                return False  # what changed since is for the next round
            if not await self._happens(tx, waits, asked, now_ms):
                await tx.ladders.skip(waits)
                return False
            if asked is not None:
                for helper_id in asked.helpers:
                    await self._call(tx, helper_id, asked, waits, now_ms)
            await tx.ladders.take(waits, at_ms=now_ms)
            await self._log(tx, waits, asked, now_ms)
        return True

    async def _log(self, tx: Transaction, step: LadderStep, asked: Asked | None, now_ms: int) -> None:
        """The citizen sees who heard of which letter."""
        look = Look(
            actor=SERVICE,
            role=Role.SERVICE,
            act=Act.CALLED if step.rung == Rung.HELPER else Act.UNREACHED,
            letters=(step.letter_id,),
            grant_id=asked.grant_id if asked else None,
            details={"rung": step.rung},
        )
        await write_entry(tx, look, mailbox_id=step.mailbox_id, reader=None, sealer=self._sealer, at_ms=now_ms)

    async def _happens(self, tx: Transaction, step: LadderStep, asked: Asked | None, now_ms: int) -> bool:
        if step.ended or (step.unread and step.read):
            return False
        if step.rung == Rung.AWAY:
            return await self._is_away(tx, step, now_ms)
        if step.rung == Rung.SENDER:
            return (await self._calls.ladder(tx, step.mailbox_id)).sender_days is not None
        return asked is not None

    async def _is_away(self, tx: Transaction, step: LadderStep, now_ms: int) -> bool:
        """Whether the citizen was not here since the letter came."""
        own, letter_id = step.mailbox_id, LetterId(step.letter_id)
        letter = (await tx.letters.some(own, own, [letter_id], visible_at_ms=now_ms)).get(letter_id)
        last_ms = await tx.sessions.last_seen(own)
        return letter is not None and (last_ms is None or last_ms < max(letter.publish_ms, letter.received_ms))

    async def _asked(self, tx: Transaction, step: LadderStep, now_ms: int) -> Asked | None:
        return await self._calls.asked(tx, _call(step), now_ms) if step.rung == Rung.HELPER else None

    async def _call(self, tx: Transaction, helper_id: MailboxId, asked: Asked, step: LadderStep, now_ms: int) -> None:
        """It stands in their list of people, and goes out to them where they gave an address."""
        await tx.grants.call(helper_id, self._holds.ref(asked.grant_id, helper_id), at_ms=now_ms)
        if self._worker is None or await tx.alerts.contact(helper_id) is None:
            return
        await tx.alerts.lock(helper_id)
        await tx.alerts.plan([call_of(self._worker, helper_id, _call(step), due_ms=now_ms)])


def _call(step: LadderStep) -> Call:
    return Call(mailbox_id=step.mailbox_id, letter_id=step.letter_id, unread=step.unread)
