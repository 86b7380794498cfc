from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from mailbox.domain.agencies import AgencyRecord
from mailbox.domain.errors import AlreadyStored
from mailbox.domain.identifiers import Oin
from mailbox.domain.keys import PublicKey
from mailbox.domain.ports import Store


def an_agency(number: int, name: str, *kids: str) -> AgencyRecord:
    keys = tuple(PublicKey(kid=kid, jwk={"kty": "EC", "crv": "P-256", "x": kid, "y": "é"}) for kid in kids)
    return AgencyRecord(oin=Oin(f"00000099{number:012}"), name=name, blocked=False, keys=keys)


async def test_an_agency_comes_back_as_it_was(store: Store) -> None:
    agency, keyless = an_agency(1, "Waterschap Zuid", "b", "a"), an_agency(2, "Gemeente Noord")
    async with store.write() as tx:
        await tx.agencies.add(agency)
        await tx.agencies.add(keyless)
    async with store.read() as tx:
        assert await tx.agencies.get(agency.oin) == agency
        assert await tx.agencies.get(keyless.oin) == keyless
        assert await tx.agencies.get(Oin("00000099000000000009")) is None


async def test_the_register_is_sorted_by_name(store: Store) -> None:
    agencies = [an_agency(3, "Éénloket"), an_agency(1, "waterschap"), an_agency(2, "Belasting", "k", "j")]
    async with store.write() as tx:
        for agency in agencies:
            await tx.agencies.add(agency)
        found = await tx.agencies.all()
    assert [agency.name for agency in found] == ["Belasting", "waterschap", "Éénloket"]
    assert found[0] == agencies[2]


async def test_an_oin_is_registered_once(store: Store) -> None:
    agency = an_agency(1, "Eerste", "a")
    async with store.write() as tx:
        await tx.agencies.add(agency)
    with pytest.raises(AlreadyStored):
        async with store.write() as tx:
            await tx.agencies.add(replace(agency, name="Tweede"))
    async with store.read() as tx:
        assert await tx.agencies.all() == [agency]


async def test_keys_are_replaced_as_a_whole(store: Store) -> None:
    agency, other = an_agency(1, "Een", "a", "b"), an_agency(2, "Twee", "a")
    newer = an_agency(1, "Een", "c", "b").keys
    async with store.write() as tx:
        await tx.agencies.add(agency)
        await tx.agencies.add(other)
        await tx.agencies.replace_keys(agency.oin, newer)
        assert await tx.agencies.all() == [replace(agency, keys=newer), other]
        await tx.agencies.replace_keys(agency.oin, [])
        assert await tx.agencies.get(agency.oin) == replace(agency, keys=())


async def test_an_agency_is_blocked_and_let_in_again(store: Store) -> None:
    agency, other = an_agency(1, "Een"), an_agency(2, "Twee")
    async with store.write() as tx:
        await tx.agencies.add(agency)
        await tx.agencies.add(other)
        await tx.agencies.set_blocked(agency.oin, blocked=True)
        assert await tx.agencies.all() == [replace(agency, blocked=True), other]
        await tx.agencies.set_blocked(agency.oin, blocked=False)
        assert await tx.agencies.get(agency.oin) == agency


async def test_an_assertion_used_at_once_in_many_places_is_used_once(store: Store, other_store: Store) -> None:
    async def use(place: Store) -> bool:
        async with place.write() as tx:
            return await tx.agencies.use_assertion(b"tag", expires_ms=9_000)

    used = await asyncio.gather(*(use(place) for place in (store, other_store) for _ in range(5)))
    assert used.count(True) == 1


async def test_an_assertion_is_forgotten_after_it_expired(store: Store) -> None:
    async with store.write() as tx:
        await tx.agencies.use_assertion(b"early", expires_ms=8_999)
        await tx.agencies.use_assertion(b"late", expires_ms=9_000)
        await tx.agencies.forget_assertions(before_ms=9_000)
        assert await tx.agencies.use_assertion(b"early", expires_ms=8_999)
        assert not await tx.agencies.use_assertion(b"late", expires_ms=9_000)
