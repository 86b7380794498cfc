"""Letters for the bench: valid, of a chosen size, for as many fictional citizens as asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count, islice

from tests.berichten import bericht

AGENCY = "00000099000000004000"
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_WORDS = "U krijgt deze brief omdat wij iets van u willen weten. Lees de brief goed en reageer op tijd. "


def citizens(number: int) -> list[str]:
    """The first `number` valid BSNs from 999990000 on: there are 909."""
    return list(islice(filter(_elfproef, map(str, count(999_990_000))), number))


def _elfproef(bsn: str) -> bool:
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, bsn, strict=True)) % 11 == 0


def letter_of(size: int, bsn: str, reference: str, **changes: object) -> bytes:
    """One bericht as JSON, about `size` bytes on the wire."""
    letter = bericht(
        kenmerk=reference, afzender=AGENCY, ontvanger={"type": "BSN", "waarde": bsn}, **{"inhoud": "x", **changes}
    )
    padding = size - len(json.dumps(letter).encode())
    letter["inhoud"] = (_WORDS * (padding // len(_WORDS) + 1))[: max(padding, 1)]
    return json.dumps(letter).encode()


def letters(number: int, size: int, bsns: list[str], prefix: str) -> Iterator[bytes]:
    """Letters spread evenly over the citizens, each with its own reference."""
    for n in range(number):
        yield letter_of(size, bsns[n % len(bsns)], f"{prefix}-{n}")
