"""Keys in a run: what opens them, and that whoever seals them cannot."""

from __future__ import annotations

import hmac
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mailbox.crypto import hpke
from mailbox.crypto.key_run import LENGTH, OpeningRuns, SealingRun
from mailbox.domain.errors import SealBroken
from tests.unit.crypto.keyring import flipped

SEED, INFO, AAD, KEY = bytes(range(32)), b"whose", b"which letter", b"k" * 32
START = slice(1, 1 + 32 + 1136)
BOX = START.stop


@pytest.fixture
def sealing() -> SealingRun:
    return SealingRun(hpke.public_key(hpke.public_bytes(SEED)), INFO)


@pytest.fixture
def opening() -> OpeningRuns:
    return OpeningRuns(hpke.private_key(SEED), INFO)


def test_what_is_sealed_opens_in_any_order(sealing: SealingRun, opening: OpeningRuns) -> None:
    texts = [os.urandom(32) for _ in range(3 * LENGTH + 1)]
    blobs = [sealing.seal(AAD, text) for text in texts]
    assert [blob[0] for blob in blobs] == [*range(LENGTH)] * 3 + [0]
    assert [opening.open(AAD, blob) for blob in reversed(blobs)] == texts[::-1]


def test_more_runs_than_are_remembered_open(opening: OpeningRuns) -> None:
    public = hpke.public_key(hpke.public_bytes(SEED))
    runs = [SealingRun(public, INFO) for _ in range(40)]
    blobs = [run.seal(AAD, KEY) for _ in range(2) for run in runs]
    assert {opening.open(AAD, blob) for blob in blobs} == {KEY}


def test_what_the_door_keeps_opens_nothing_that_it_sealed(sealing: SealingRun) -> None:
    """Neither the link that is left in it, nor what follows from it."""
    blobs = [sealing.seal(AAD, KEY) for _ in range(5)]
    (link,) = {value for value in vars(sealing).values() if isinstance(value, bytes) and len(value) == 32}
    known = {link}
    for _ in range(LENGTH):
        known.add(hmac.digest(link, b"\x01", "sha256"))
        known.add(link := hmac.digest(link, b"\x02", "sha256"))
    assert [blob for blob in blobs if any(_decrypts(key, blob) for key in known)] == []


def test_each_run_has_a_start_of_its_own(sealing: SealingRun) -> None:
    blobs = [sealing.seal(AAD, KEY) for _ in range(2 * LENGTH)]
    assert len({blob[START] for blob in blobs}) == 2
    assert len({blob[BOX:] for blob in blobs}) == 2 * LENGTH


def test_threads_that_share_a_run_never_use_a_place_twice(sealing: SealingRun, opening: OpeningRuns) -> None:
    with ThreadPoolExecutor(8) as pool:
        blobs = list(pool.map(lambda _: sealing.seal(AAD, KEY), range(8 * LENGTH)))
    assert len({blob[: START.stop] for blob in blobs}) == 8 * LENGTH
    assert {opening.open(AAD, blob) for blob in blobs} == {KEY}


def test_another_key_or_context_is_refused(sealing: SealingRun, opening: OpeningRuns) -> None:
    blob = sealing.seal(AAD, KEY)
    for other in (OpeningRuns(hpke.private_key(bytes(32)), INFO), OpeningRuns(hpke.private_key(SEED), b"who else")):
        with pytest.raises(SealBroken):
            other.open(AAD, blob)
    with pytest.raises(SealBroken):
        opening.open(b"another letter", blob)


def test_every_change_is_refused(sealing: SealingRun, opening: OpeningRuns) -> None:
    blob = [sealing.seal(AAD, KEY) for _ in range(3)][2]
    changed = [flipped(blob, bit) for bit in [*range(8), *range(8, len(blob) * 8, 37)]]
    cut = [blob[:length] for length in (0, 1, BOX - 1, BOX, BOX + 15, len(blob) - 1)]
    for refused in (*changed, *cut, blob + b"\0"):
        with pytest.raises(SealBroken):
            opening.open(AAD, refused)


def _decrypts(key: bytes, blob: bytes) -> bool:
    try:
        AESGCM(key).decrypt(bytes(12), blob[BOX:], AAD)
    except InvalidTag:
        return False
    return True
