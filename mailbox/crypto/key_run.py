"""Many keys to one recipient for one public-key operation: a run (SPEC.md 6.5).

Its start is sealed to the recipient; each key is sealed under the next link of a hash chain. Whoever seals forgets a
link once it is used, so what was sealed opens for the recipient alone: not for who breaks in at the door later.
"""

from __future__ import annotations

import hmac
import os
from threading import Lock
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mailbox.crypto import hpke
from mailbox.domain.errors import SealBroken

LENGTH: Final = 64
"""Keys in a run: the last one costs its reader as many steps, about as much time as one public-key operation."""
_LINK: Final = 32
_HEAD: Final = 1 + hpke.SEALED_MORE + _LINK
_NONCE: Final = bytes(12)


class SealingRun:
    """Seals to one public key, run after run. Keep it for as long as more is sealed; threads may share it."""

    def __init__(self, key: hpke.PublicKey, info: bytes) -> None:
        self._key = key
        self._info = info
        self._lock = Lock()
        self._place = LENGTH
        self._start = self._link = b""

    def seal(self, aad: bytes, plaintext: bytes) -> bytes:
        """`place | sealed start | AES-256-GCM`. Raises SealBroken as `hpke.seal`."""
        with self._lock:
            if self._place == LENGTH:
                self._begin()
            head, self._place = bytes([self._place]) + self._start, self._place + 1
            key, self._link = _step(self._link)
        return head + AESGCM(key).encrypt(_NONCE, plaintext, aad)

    def _begin(self) -> None:
        self._link = os.urandom(_LINK)
        self._start = hpke.seal(self._key, self._info, self._link)
        self._place = 0


class OpeningRuns:
    """Opens what was sealed to one private key. A run costs one public-key operation; the last few are remembered."""

    _REMEMBERED: Final = 16

    def __init__(self, key: hpke.PrivateKey, info: bytes) -> None:
        self._key = key
        self._info = info
        self._runs: dict[bytes, _Run] = {}

    def open(self, aad: bytes, sealed: bytes) -> bytes:
        """What `SealingRun.seal` sealed. Raises SealBroken: another key or context, or any bit changed."""
        if len(sealed) <= _HEAD or sealed[0] >= LENGTH:
            raise SealBroken
        key = self._run(sealed[1:_HEAD]).key(sealed[0])
        try:
            return AESGCM(key).decrypt(_NONCE, sealed[_HEAD:], aad)
        except InvalidTag as exc:
            raise SealBroken from exc

    def _run(self, start: bytes) -> _Run:
        found = self._runs.get(start)
        if found is None:
            found = _Run(hpke.unseal(self._key, self._info, start))
            if len(self._runs) >= self._REMEMBERED:
                self._runs.clear()
            self._runs[start] = found
        return found


class _Run:
    """The keys of one run, as far as they were asked for."""

    def __init__(self, start: bytes) -> None:
        self._link = start
        self._keys: list[bytes] = []

    def key(self, place: int) -> bytes:
        while len(self._keys) <= place:
            key, self._link = _step(self._link)
            self._keys.append(key)
        return self._keys[place]


def _step(link: bytes) -> tuple[bytes, bytes]:
    """(key of this place, next link): two hashes that say nothing of the link, nor of each other."""
    return hmac.digest(link, b"\x01", "sha256"), hmac.digest(link, b"\x02", "sha256")
