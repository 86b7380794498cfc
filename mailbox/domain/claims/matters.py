"""Which letters belong together: one sender's case number first, then what letters say of each other.

A payment reference joins letters only where one of them has no case number: some bodies use one reference for all that
a person owes them, and their cases are not one.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence

from mailbox.domain.letters import LetterMetadata

Matter = tuple[LetterMetadata, ...]


def matters_of(letters: Iterable[LetterMetadata]) -> Sequence[Matter]:
    """Each letter in one matter, in order of date; the matters in order of their first letter."""
    ordered = sorted(letters, key=_order)
    groups = _Groups(len(ordered))
    named: dict[Hashable, int] = {}
    paid: dict[Hashable, int] = {}
    for place, letter in enumerate(ordered):
        for key in _keys(letter):
            groups.join(place, named.setdefault(key, place))
        if (key := _payment_key(letter)) is not None:
            before = paid.get(key, place)
            if letter.case is None or ordered[before].case is None:
                groups.join(place, before)
            if letter.case is not None or before == place:
                paid[key] = place
    return [tuple(ordered[place] for place in group) for group in groups.all()]


def _order(letter: LetterMetadata) -> tuple[object, ...]:
    """By date; of one day as they came."""
    return letter.dated, letter.publish_ms, letter.reference


def _keys(letter: LetterMetadata) -> Iterator[Hashable]:
    """What a letter is called and what it names, each with its sender."""
    agency = letter.agency.value
    for reference in (letter.reference, *letter.related.values()):
        yield "letter", agency, reference
    if letter.case is not None:
        yield "case", agency, letter.case
    if letter.taken_over is not None:
        yield "case", letter.taken_over.agency.value, letter.taken_over.case


def _payment_key(letter: LetterMetadata) -> Hashable | None:
    if letter.payment is None or letter.payment.reference is None:
        return None
    return letter.agency.value, letter.payment.reference


class _Groups:
    """Sets of places that are joined as one goes (union-find)."""

    def __init__(self, number: int) -> None:
        self._parents = list(range(number))

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self._root(one), self._root(other)))
        self._parents[second] = first

    def all(self) -> list[list[int]]:
        """Each set in order, the sets by their first place."""
        found: dict[int, list[int]] = {}
        for place in range(len(self._parents)):
            found.setdefault(self._root(place), []).append(place)
        return list(found.values())

    def _root(self, place: int) -> int:
        while self._parents[place] != place:
            self._parents[place] = self._parents[self._parents[place]]
            place = self._parents[place]
        return place
