"""Where somebody is logged in, for themselves to see and to end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailbox.crypto import Sealer
from mailbox.domain.devices import Device
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store
from mailbox.services.session_boxes import open_device, session_tag
from mailbox.services.sessions import is_running


@dataclass(frozen=True, kw_only=True, slots=True)
class LoggedIn:
    """A session that runs. `tag` names it, and lets nobody in. `here`: it is the one that asks.

    `device` None: the browser did not say.
    """

    tag: bytes
    device: Device | None
    since_ms: int
    seen_ms: int
    here: bool


class Devices:
    """The sessions of the person who is logged in. Whoever is at one of them may see and end them all."""

    def __init__(self, *, store: Store, sealer: Sealer, clock: Clock) -> None:
        """`clock`: by which sessions run."""
        self._store = store
        self._sealer = sealer
        self._clock = clock

    async def show(self, person: Person, token: str) -> Sequence[LoggedIn]:
        """Those that run: this one first, then the one that was used last."""
        here, now_ms = session_tag(self._sealer, token), self._clock.now_ms()
        async with self._store.read() as tx:
            records = await tx.sessions.of(person.mailbox_id)
        shown = [
            LoggedIn(
                tag=one.tag,
                device=open_device(self._sealer, one),
                since_ms=one.created_ms,
                seen_ms=one.last_seen_ms,
                here=one.tag == here,
            )
            for one in records
            if is_running(one, now_ms)
        ]
        return sorted(shown, key=lambda one: (not one.here, -one.seen_ms))

    async def end(self, person: Person, tag: bytes) -> None:
        """Ends one. One that has ended, or is another's, is left as it is."""
        async with self._store.write() as tx:
            await tx.sessions.remove_one(person.mailbox_id, tag)

    async def end_all(self, person: Person) -> None:
        """Ends them all, this one too, and what this person let apps do."""
        async with self._store.write() as tx:
            await tx.apps.withdraw_all(person.mailbox_id)
            await tx.sessions.remove_of(person.mailbox_id)
