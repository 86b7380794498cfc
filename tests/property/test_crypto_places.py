"""Every sealed thing opens in the one place it was sealed for: all pairs of places and contents are tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product

from mailbox.crypto import KeyLevel, LetterKey, OpenGrant
from mailbox.domain.errors import SealBroken
from tests.unit.crypto.keyring import Citizen, grant, letter_id, sealed, shared_citizen, shared_operator

Opening = Callable[[bytes], object]
Place = tuple[str, Opening, bytes]
"""A name, what opens what lies there, and what lies there."""


def crossings(places: list[Place]) -> list[tuple[str, str]]:
    """The (place, content) pairs that open; alone each with itself, if all is well."""
    return [(to, of) for (to, opening, _), (of, _, blob) in product(places, places) if _opens(opening, blob)]


def at_home(places: list[Place]) -> list[tuple[str, str]]:
    return [(name, name) for name, _, _ in places]


def _opens(opening: Opening, blob: bytes) -> bool:
    try:
        opening(blob)
    except SealBroken:
        return False
    return True


def _fields(name: str, key: LetterKey, boxes: tuple[bytes, bytes, bytes, bytes]) -> Iterator[Place]:
    yield f"{name}/meta", key.open_meta, boxes[0]
    yield f"{name}/body", key.open_body, boxes[1]
    yield f"{name}/att/0", partial(key.open_attachment, 0), boxes[2]
    yield f"{name}/att/1", partial(key.open_attachment, 1), boxes[3]


def _letter_fields(owner: Citizen, name: str, number: int) -> Iterator[Place]:
    parts = sealed(shared_operator(), owner, number)
    key = owner.open.letter_key(letter_id(number), parts.keys[0].blob)
    boxes = (parts.meta_box, parts.body_box, parts.attachments[0].box, parts.attachments[1].box)
    yield from _fields(f"{name}/{number}", key, boxes)


def test_fields_of_letters_of_citizens() -> None:
    places = [
        place
        for person, number in product((0, 1), (0, 1))
        for place in _letter_fields(shared_citizen(person), f"citizen {person}", number)
    ]
    assert len(places) == 16
    assert crossings(places) == at_home(places)


def test_fields_under_one_key() -> None:
    """Even a key used twice by mistake would leave a box in its letter, citizen and field."""
    material = bytes(32)
    places: list[Place] = []
    for person, number in product((0, 1), (0, 1)):
        key = LetterKey(shared_citizen(person).mailbox_id, letter_id(number), KeyLevel.FULL, material)
        boxes = [key.seal_field(field, b"text") for field in ("meta", "body", "att/0", "att/1")]
        places += _fields(f"{person}/{number}", key, (boxes[0], boxes[1], boxes[2], boxes[3]))
    assert crossings(places) == at_home(places)


def _letter_keys(owner: Citizen, name: str) -> Iterator[Place]:
    by = shared_operator()
    (full, to_full), (meta, to_meta) = grant(by, owner), grant(by, owner)
    for number in (0, 1):
        parts = sealed(by, owner, number, (to_full, KeyLevel.FULL), (to_meta, KeyLevel.META))
        open_own = partial(owner.open.letter_key, letter_id(number))
        yield f"{name}/{number}/sealed", open_own, parts.keys[0].blob
        yield f"{name}/{number}/full", partial(OpenGrant(full.secret).letter_key, letter_id(number)), parts.keys[1].blob
        yield f"{name}/{number}/meta", partial(OpenGrant(meta.secret).letter_key, letter_id(number)), parts.keys[2].blob


def test_keys_of_letters_citizens_grants_and_levels() -> None:
    places = [place for person in (0, 1) for place in _letter_keys(shared_citizen(person), f"citizen {person}")]
    assert len(places) == 12
    assert crossings(places) == at_home(places)


def test_filed_keys_of_letters_and_citizens() -> None:
    places: list[Place] = []
    for person, number in product((0, 1), (0, 1, 2)):
        owner = shared_citizen(person)
        blob = sealed(shared_operator(), owner, number).keys[0].blob
        opening = partial(owner.open.letter_key, letter_id(number))
        places.append((f"{person}/{number}", opening, owner.open.filed(letter_id(number), opening(blob))))
    assert crossings(places) == at_home(places)


def test_messages_of_purposes_contexts_and_citizens() -> None:
    by, places = shared_operator(), list[Place]()
    contexts: tuple[tuple[bytes, ...], ...] = ((), (b"",), (b"a", b"b"), (b"ab",), (b"b", b"a"))
    for person, purpose, context in product((0, 1), ("log", "grant-notes"), contexts):
        owner = shared_citizen(person)
        opening = partial(owner.open.open_message, purpose, context)
        message = by.sealer.seal_message(owner.recipient, purpose, context, b"text")
        places.append((f"{person}/{purpose}/{context}", opening, message))
    assert len(places) == 20
    assert crossings(places) == at_home(places)


def test_operator_boxes_of_purposes_and_ids() -> None:
    sealer, places = shared_operator().sealer, list[Place]()
    for purpose, ids in product(("scope", "session", "subject"), ((b"a",), (b"a", b"b"), (b"b", b"a"), (b"ab",))):
        box = sealer.seal_operator(purpose, ids, b"text")
        places.append((f"{purpose}/{ids}", partial(sealer.open_operator, purpose, ids), box))
    assert len(places) == 12
    assert crossings(places) == at_home(places)


def test_held_grants_of_helpers_and_refs() -> None:
    secret, places = shared_citizen(0).open.new_grant("Z").secret, list[Place]()
    for person, ref in product((0, 1, 2), (b"one", b"two")):
        holder = shared_citizen(person).open
        places.append((f"{person}/{ref!r}", partial(holder.held, ref), holder.hold(ref, secret)))
    assert crossings(places) == at_home(places)
