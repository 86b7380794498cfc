"""The work of the keys alone, in one thread, without store or service: no program around it can be faster."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from statistics import median
from typing import Final

from mailbox.crypto import KeyLevel, LetterKey, box, hpke
from mailbox.domain.identifiers import LetterId, MailboxId
from mailbox.domain.letters import split
from tests.bench.letters import citizens, letter_of

_ROUNDS, _TIMES = 9, 100
_INFO: Final = b"bench"


def seal_ms() -> float:
    """Milliseconds to seal the key of one letter to a grant with HPKE."""
    public = hpke.public_key(hpke.public_bytes(os.urandom(hpke.SEED_BYTES)))
    dek = os.urandom(32)
    return _each_ms(lambda: hpke.seal(public, _INFO, dek))


def open_ms() -> float:
    """Milliseconds to open a key that was sealed to a grant, and the metadata of its letter with it."""
    seed, dek = os.urandom(hpke.SEED_BYTES), os.urandom(32)
    letter = LetterKey(MailboxId(os.urandom(16)), LetterId(os.urandom(16)), KeyLevel.FULL, dek)
    meta = split(json.loads(letter_of(4_096, citizens(1)[0], "bare")), ()).meta
    sealed, meta_box = hpke.seal(hpke.public_key(hpke.public_bytes(seed)), _INFO, dek), letter.seal_field("meta", meta)
    private = hpke.private_key(seed)

    def opened() -> None:
        hpke.unseal(private, _INFO, sealed)
        letter.open_meta(meta_box)

    return _each_ms(opened)


def box_ms() -> float:
    """Milliseconds to open a box of a kilobyte."""
    key = os.urandom(32)
    sealed = box.seal_box(key, _INFO, os.urandom(1_000))
    return _each_ms(lambda: box.open_box(key, _INFO, sealed))


def _each_ms(work: Callable[[], object]) -> float:
    """The median over some rounds: what else the machine does must not make the limit easier."""
    return median(_round_ms(work) for _ in range(_ROUNDS))


def _round_ms(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    for _ in range(_TIMES):
        work()
    return (time.perf_counter() - started) * 1000 / _TIMES
