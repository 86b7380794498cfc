from __future__ import annotations

import asyncio
from dataclasses import replace

from mailbox.domain.apps import AppRecord, SealedAppAccess, SealedAppToken
from mailbox.domain.identifiers import AppId, MailboxId
from mailbox.domain.keys import PublicKey
from mailbox.domain.ports import Store
from tests.contract.rows import an_id, stored_mailbox


def an_app(number: int = 1, name: str = "Postkijker", *, key: PublicKey | None = None) -> AppRecord:
    addresses = ("https://app.example/terug", "http://127.0.0.1:7777/é")
    return AppRecord(app_id=AppId(an_id(number)), name=name, return_addresses=addresses, key=key, blocked=False)


def an_access(mailbox_id: MailboxId, access_id: bytes = b"yes", *, expires_ms: int = 5_000) -> SealedAppAccess:
    return SealedAppAccess(
        access_id=access_id,
        app_id=AppId(an_id(1)),
        mailbox_id=mailbox_id,
        box=b"box" + access_id,
        redeemed=False,
        expires_ms=expires_ms,
    )


def a_token(tag: bytes, access_id: bytes = b"yes", *, expires_ms: int = 9_000) -> SealedAppToken:
    return SealedAppToken(tag=tag, access_id=access_id, box=b"box" + tag, expires_ms=expires_ms)


async def stored_access(store: Store, number: int = 1, *accesses: bytes) -> MailboxId:
    """A mailbox whose owner said yes to the app, once for each id."""
    mailbox_id = await stored_mailbox(store, number)
    async with store.write() as tx:
        if await tx.apps.get(AppId(an_id(1))) is None:
            await tx.apps.add(an_app())
        for access_id in accesses or (b"yes",):
            await tx.apps.allow(an_access(mailbox_id, access_id))
    return mailbox_id


async def test_an_app_comes_back_as_it_was(store: Store) -> None:
    key = PublicKey(kid="sleutel", jwk={"kty": "EC", "kid": "sleutel", "x": "é"})
    kept = [an_app(1, "zebra", key=key), an_app(2, "Aap"), an_app(3, "mug")]
    async with store.write() as tx:
        for app in kept:
            await tx.apps.add(app)
    async with store.read() as tx:
        assert await tx.apps.get(kept[0].app_id) == kept[0]
        assert await tx.apps.get(AppId(an_id(9))) is None
        assert [app.name for app in await tx.apps.all()] == ["Aap", "mug", "zebra"]


async def test_one_app_is_blocked_and_let_in_again(store: Store) -> None:
    async with store.write() as tx:
        await tx.apps.add(an_app(1))
        await tx.apps.add(an_app(2))
        await tx.apps.set_blocked(AppId(an_id(1)), blocked=True)
        assert [app.blocked for app in await tx.apps.all()] == [True, False]
        await tx.apps.set_blocked(AppId(an_id(1)), blocked=False)
        assert [app.blocked for app in await tx.apps.all()] == [False, False]


async def test_a_code_is_redeemed_once_and_before_its_end(store: Store) -> None:
    mailbox_id = await stored_access(store)
    redeemed = replace(an_access(mailbox_id), redeemed=True, expires_ms=9_000)
    async with store.write() as tx:
        assert await tx.apps.redeem(b"no", now_ms=4_999, until_ms=9_000) is None
        assert await tx.apps.redeem(b"yes", now_ms=5_000, until_ms=9_000) is None
        assert await tx.apps.access(b"yes") == an_access(mailbox_id)
        assert await tx.apps.redeem(b"yes", now_ms=4_999, until_ms=9_000) == redeemed
        assert await tx.apps.redeem(b"yes", now_ms=4_999, until_ms=9_000) is None
        assert await tx.apps.access(b"yes") == redeemed


async def test_of_two_who_redeem_at_once_one_does(store: Store, other_store: Store) -> None:
    await stored_access(store)

    async def redeem(place: Store) -> bool:
        async with place.write() as tx:
            return await tx.apps.redeem(b"yes", now_ms=1_000, until_ms=9_000) is not None

    assert sum(await asyncio.gather(*(redeem(place) for place in (store, other_store) for _ in range(4)))) == 1


async def test_an_access_takes_its_tokens_along_and_no_others(store: Store) -> None:
    await stored_access(store, 1, b"yes", b"also")
    async with store.write() as tx:
        for token in (a_token(b"1"), a_token(b"2"), a_token(b"3", b"also")):
            await tx.apps.add_token(token)
        await tx.apps.withdraw(b"yes")
        assert [await tx.apps.token(tag) for tag in (b"1", b"2", b"3")] == [None, None, a_token(b"3", b"also")]
        assert [await tx.apps.access(one) is None for one in (b"yes", b"also")] == [True, False]


async def test_all_of_a_person_goes_and_nothing_of_another(store: Store) -> None:
    mailbox_id = await stored_access(store, 1, b"yes", b"also")
    await stored_access(store, 2, b"other")
    async with store.write() as tx:
        for token in (a_token(b"1"), a_token(b"2", b"also"), a_token(b"3", b"other")):
            await tx.apps.add_token(token)
        await tx.apps.withdraw_all(mailbox_id)
        assert [await tx.apps.token(tag) is None for tag in (b"1", b"2", b"3")] == [True, True, False]
        assert [await tx.apps.access(one) is None for one in (b"yes", b"also", b"other")] == [True, True, False]


async def test_a_token_is_removed_by_itself(store: Store) -> None:
    await stored_access(store)
    async with store.write() as tx:
        await tx.apps.add_token(a_token(b"1"))
        await tx.apps.add_token(a_token(b"2"))
        await tx.apps.remove_token(b"1")
        assert [await tx.apps.token(tag) for tag in (b"1", b"2")] == [None, a_token(b"2")]
        assert await tx.apps.access(b"yes") is not None


async def test_what_ended_is_forgotten(store: Store) -> None:
    mailbox_id = await stored_access(store, 1, b"lives")
    async with store.write() as tx:
        await tx.apps.allow(an_access(mailbox_id, b"ended", expires_ms=999))
        for token in (a_token(b"1", b"ended"), a_token(b"2", b"lives", expires_ms=999), a_token(b"3", b"lives")):
            await tx.apps.add_token(token)
        await tx.apps.forget(before_ms=1_000)
        assert [await tx.apps.token(tag) is None for tag in (b"1", b"2", b"3")] == [True, True, False]
        assert [await tx.apps.access(one) is None for one in (b"ended", b"lives")] == [True, False]


async def test_who_redeems_and_who_withdraws_do_not_wait_for_each_other(store: Store, other_store: Store) -> None:
    await stored_access(store)

    async def withdraw() -> None:
        async with other_store.write() as tx:
            await tx.apps.withdraw(b"yes")

    async with store.write() as tx:
        await tx.apps.add_token(a_token(b"token"))
    async with store.write() as tx:
        assert await tx.apps.redeem(b"yes", now_ms=1_000, until_ms=9_000) is not None
        other = asyncio.create_task(withdraw())
        await asyncio.sleep(0.2)  # it waits by now; holding the token, on a machine that is not too slow to show it
        await tx.apps.withdraw(b"yes")
    await other
    async with store.read() as tx:
        assert await tx.apps.access(b"yes") is None
