"""The register of sending bodies: who they are, by which key they are known, and whether they are blocked."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Final

from mailbox.domain.agencies import AgencyRecord
from mailbox.domain.errors import NotFound
from mailbox.domain.identifiers import Oin
from mailbox.domain.keys import PublicKey
from mailbox.domain.ports import Clock, Store

FRESH_MS: Final = 1_000
"""How long an answer is remembered: a block works within a second, in every process."""


class AgencyRegister:
    """Reads through a short memory; writes go straight to the store."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._remembered: Mapping[Oin, AgencyRecord] = {}
        self._read_ms = -FRESH_MS
        self._reading = asyncio.Lock()

    async def get(self, oin: Oin) -> AgencyRecord | None:
        """The agency with this OIN, at most a second old."""
        return (await self._all()).get(oin)

    async def names(self) -> Mapping[str, str]:
        """OIN to name, for pages."""
        return {oin.value: agency.name for oin, agency in (await self._all()).items()}

    async def all(self) -> Sequence[AgencyRecord]:
        """Every agency, by name, as stored now."""
        async with self._store.read() as tx:
            return await tx.agencies.all()

    async def add(self, oin: Oin, name: str, jwk: Mapping[str, object]) -> None:
        """Registers an agency with its first public key.

        Raises:
            AlreadyStored: the OIN is known.
        """
        async with self._store.write() as tx:
            await tx.agencies.add(AgencyRecord(oin=oin, name=name, blocked=False, keys=(PublicKey.of(jwk),)))
        self._forget()

    async def rotate_key(self, oin: Oin, jwk: Mapping[str, object]) -> None:
        """Replaces all keys of an agency by this one.

        Raises:
            NotFound: no such agency.
        """
        async with self._store.write() as tx:
            _must_exist(await tx.agencies.get(oin))
            await tx.agencies.replace_keys(oin, [PublicKey.of(jwk)])
        self._forget()

    async def block(self, oin: Oin) -> None:
        """Refuses this agency from now on. Raises NotFound."""
        await self._set_blocked(oin, blocked=True)

    async def unblock(self, oin: Oin) -> None:
        """Lets this agency in again. Raises NotFound."""
        await self._set_blocked(oin, blocked=False)

    async def use_assertion(self, issuer: Oin, jti: str, *, expires_ms: int) -> bool:
        """Whether this client assertion is used for the first time, in any process (RFC 7523 §3, jti)."""
        tag = hashlib.sha256(json.dumps([issuer.value, jti]).encode()).digest()
        async with self._store.write() as tx:
            return await tx.agencies.use_assertion(tag, expires_ms=expires_ms)

    async def _set_blocked(self, oin: Oin, *, blocked: bool) -> None:
        async with self._store.write() as tx:
            _must_exist(await tx.agencies.get(oin))
            await tx.agencies.set_blocked(oin, blocked=blocked)
        self._forget()

    async def _all(self) -> Mapping[Oin, AgencyRecord]:
        if not self._is_fresh():
            async with self._reading:
                if not self._is_fresh():  # of many who wait, the first reads for all
                    await self._read()
        return self._remembered

    def _is_fresh(self) -> bool:
        return 0 <= self._clock.now_ms() - self._read_ms < FRESH_MS

    async def _read(self) -> None:
        now_ms = self._clock.now_ms()
        self._remembered = {agency.oin: agency for agency in await self.all()}
        self._read_ms = now_ms

    def _forget(self) -> None:
        self._read_ms = -FRESH_MS


def _must_exist(agency: AgencyRecord | None) -> None:
    if agency is None:
        raise NotFound
