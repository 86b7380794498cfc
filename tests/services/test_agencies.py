"""The register of agencies, which every request of a sender asks."""

from __future__ import annotations

import asyncio

from mailbox.domain.agencies import AgencyRecord
from mailbox.domain.identifiers import Oin
from mailbox.domain.ports import Store
from mailbox.services.agencies import FRESH_MS, AgencyRegister
from tests.services.interrupted import InterruptedAtRead
from tests.world import SetClock

AGENCY = AgencyRecord(oin=Oin("00000099000000004000"), name="CJIB", blocked=False, keys=())


async def _nothing() -> None:
    """What happens at a read that is only waited for."""


async def test_of_many_who_ask_at_once_one_reads_and_after_a_second_again(store: Store) -> None:
    async with store.write() as tx:
        await tx.agencies.add(AGENCY)
    clock, read_by = SetClock(), InterruptedAtRead(store, _nothing)
    register = AgencyRegister(store=read_by, clock=clock)
    read_by.before(2)
    assert await asyncio.gather(*(register.get(AGENCY.oin) for _ in range(20))) == [AGENCY] * 20
    clock.ms += FRESH_MS - 1
    assert await register.get(AGENCY.oin) == AGENCY
    assert not read_by.is_over
    clock.ms += 1
    assert await register.get(AGENCY.oin) == AGENCY
    assert read_by.is_over
