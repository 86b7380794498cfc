"""A letter's key: what each level opens, and to whom it can be given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mailbox.crypto import KeyLevel, LetterKey, OpenGrant
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import GrantId, MailboxId
from tests.unit.crypto.keyring import (
    BODY,
    FILE,
    META,
    Citizen,
    Operator,
    citizen,
    flipped,
    grant,
    letter_id,
    operator,
    sealed,
)

FULL_BLOB, RUN_BLOB, FILED_BLOB = 1170, 1219, 50
"""Bytes: `S`, level, HPKE of 32 bytes; `R`, level, place, HPKE and AES-GCM of as much; `F`, level, AES-SIV of it."""


@pytest.fixture
def by(tmp_path: Path) -> Operator:
    return operator(tmp_path)


@pytest.fixture
def owner(by: Operator) -> Citizen:
    return citizen(by)


def test_the_citizen_opens_every_part(by: Operator, owner: Citizen) -> None:
    parts = sealed(by, owner)
    key = owner.open.letter_key(letter_id(), parts.keys[0].blob)
    assert key.open_meta(parts.meta_box) == META
    assert key.open_body(parts.body_box) == BODY
    assert [key.open_attachment(part.number, part.box) for part in parts.attachments] == [FILE, FILE + b"2"]


def test_keys_are_the_citizens_first_and_one_for_each_grant(by: Operator, owner: Citizen) -> None:
    (first, to_first), (second, to_second) = grant(by, owner), grant(by, owner)
    parts = sealed(by, owner, 0, (to_first, KeyLevel.FULL), (to_second, KeyLevel.META))
    recipients = [owner.mailbox_id, first.secret.grant_id, second.secret.grant_id]
    assert [key.recipient_id for key in parts.keys] == recipients
    assert {key.letter_id for key in parts.keys} == {letter_id()}
    assert [key.blob[:2] for key in parts.keys] == [b"S\x01", b"R\x01", b"R\x02"]


def test_names_of_objects_say_nothing(by: Operator, owner: Citizen) -> None:
    names = [part.object_name for _ in range(3) for part in sealed(by, owner).attachments]
    assert len(set(names)) == 6
    assert {len(bytes.fromhex(name)) for name in names} == {16}


def test_a_filed_key_opens_the_same(by: Operator, owner: Citizen) -> None:
    parts = sealed(by, owner)
    blob = owner.open.filed(letter_id(), owner.open.letter_key(letter_id(), parts.keys[0].blob))
    key = owner.open.letter_key(letter_id(), blob)
    assert [len(parts.keys[0].blob), len(blob), blob[:2]] == [FULL_BLOB, FILED_BLOB, b"F\x01"]
    assert [key.open_meta(parts.meta_box), key.open_body(parts.body_box)] == [META, BODY]


def test_a_full_grant_opens_every_part(by: Operator, owner: Citizen) -> None:
    pair, recipient = grant(by, owner)
    parts = sealed(by, owner, 0, (recipient, KeyLevel.FULL))
    key = OpenGrant(pair.secret).letter_key(letter_id(), parts.keys[1].blob)
    assert [key.open_meta(parts.meta_box), key.open_body(parts.body_box)] == [META, BODY]
    assert key.open_attachment(0, parts.attachments[0].box) == FILE


def test_a_metadata_grant_opens_the_metadata_and_no_more(by: Operator, owner: Citizen) -> None:
    pair, recipient = grant(by, owner)
    parts = sealed(by, owner, 0, (recipient, KeyLevel.META))
    key = OpenGrant(pair.secret).letter_key(letter_id(), parts.keys[1].blob)
    assert key.open_meta(parts.meta_box) == META
    with pytest.raises(SealBroken):
        key.open_body(parts.body_box)
    with pytest.raises(SealBroken):
        key.open_attachment(0, parts.attachments[0].box)


def test_metadata_material_that_calls_itself_full_opens_no_body(by: Operator, owner: Citizen) -> None:
    """The keys themselves keep the bound, not the level that is written beside them."""
    pair, recipient = grant(by, owner)
    parts = sealed(by, owner, 0, (recipient, KeyLevel.META))
    key = OpenGrant(pair.secret).letter_key(letter_id(), parts.keys[1].blob)
    forged = replace(key, level=KeyLevel.FULL)
    with pytest.raises(SealBroken):
        forged.open_meta(parts.meta_box)
    with pytest.raises(SealBroken):
        forged.open_body(parts.body_box)
    with pytest.raises(SealBroken):
        forged.open_attachment(0, parts.attachments[0].box)


def test_the_level_of_a_stored_key_cannot_be_raised(by: Operator, owner: Citizen) -> None:
    pair, recipient = grant(by, owner)
    blob = sealed(by, owner, 0, (recipient, KeyLevel.META)).keys[1].blob
    for level in (0, 1, 3, 255):
        with pytest.raises(SealBroken):
            OpenGrant(pair.secret).letter_key(letter_id(), blob[:1] + bytes([level]) + blob[2:])


def test_a_metadata_key_gives_on_no_more_than_it_has(by: Operator, owner: Citizen) -> None:
    pair, recipient = grant(by, owner)
    parts = sealed(by, owner, 0, (recipient, KeyLevel.META))
    key = OpenGrant(pair.secret).letter_key(letter_id(), parts.keys[1].blob)
    given = key.seal_for(recipient, KeyLevel.META)
    assert OpenGrant(pair.secret).letter_key(letter_id(), given.blob).open_meta(parts.meta_box) == META
    with pytest.raises(SealBroken):
        key.seal_for(recipient, KeyLevel.FULL)


@pytest.mark.parametrize("level", KeyLevel)
def test_the_citizen_gives_an_old_letter_to_a_new_grant(by: Operator, owner: Citizen, level: KeyLevel) -> None:
    parts = sealed(by, owner)
    pair, recipient = grant(by, owner)
    given = owner.open.letter_key(letter_id(), parts.keys[0].blob).seal_for(recipient, level)
    assert (given.letter_id, given.recipient_id) == (letter_id(), pair.secret.grant_id)
    key = OpenGrant(pair.secret).letter_key(letter_id(), given.blob)
    assert (key.level, key.open_meta(parts.meta_box)) == (level, META)


def test_letters_to_one_grant_are_in_a_run_and_each_opens_by_itself(by: Operator, owner: Citizen) -> None:
    pair, recipient = grant(by, owner)
    letters = [sealed(by, owner, n, (recipient, KeyLevel(1 + n % 2))) for n in range(70)]
    blobs = [parts.keys[1].blob for parts in letters]
    starts = [blob[3:-48] for blob in blobs]
    assert [starts[:64], starts[64:]] == [[starts[0]] * 64, [starts[69]] * 6]
    assert {len(blob) for blob in blobs} == {RUN_BLOB}
    for n in (69, 63, 0, 64):
        key = OpenGrant(pair.secret).letter_key(letter_id(n), blobs[n])
        assert (key.level, key.open_meta(letters[n].meta_box)) == (KeyLevel(1 + n % 2), META)


def test_a_key_of_one_grant_is_not_anothers_on_the_same_mailbox(by: Operator, owner: Citizen) -> None:
    (pair, recipient), (other, _) = grant(by, owner), grant(by, owner)
    blob = sealed(by, owner, 0, (recipient, KeyLevel.FULL)).keys[1].blob
    for secret in (other.secret, replace(other.secret, seed=pair.secret.seed)):
        with pytest.raises(SealBroken):
            OpenGrant(secret).letter_key(letter_id(), blob)


def test_a_key_is_not_given_to_a_grant_on_another_mailbox(by: Operator, owner: Citizen) -> None:
    key = owner.open.letter_key(letter_id(), sealed(by, owner).keys[0].blob)
    _, elsewhere = grant(by, citizen(by, 1))
    with pytest.raises(SealBroken):
        key.seal_for(elsewhere, KeyLevel.META)
    with pytest.raises(SealBroken):
        sealed(by, owner, 0, (elsewhere, KeyLevel.FULL))


def test_one_letters_key_is_not_filed_as_anothers(by: Operator, owner: Citizen) -> None:
    key = owner.open.letter_key(letter_id(), sealed(by, owner).keys[0].blob)
    with pytest.raises(SealBroken):
        owner.open.filed(letter_id(1), key)
    with pytest.raises(SealBroken):
        citizen(by, 1).open.filed(letter_id(), key)


def test_a_helpers_secret_for_another_mailbox_or_grant_opens_nothing(by: Operator, owner: Citizen) -> None:
    pair, recipient = grant(by, owner)
    blob = sealed(by, owner, 0, (recipient, KeyLevel.FULL)).keys[1].blob
    for secret in (
        replace(pair.secret, mailbox_id=MailboxId(bytes(16))),
        replace(pair.secret, grant_id=GrantId(bytes(16))),
        replace(pair.secret, seed=bytes(32)),
    ):
        with pytest.raises(SealBroken):
            OpenGrant(secret).letter_key(letter_id(), blob)


def test_every_changed_bit_of_a_key_is_refused(by: Operator, owner: Citizen) -> None:
    blob = sealed(by, owner).keys[0].blob
    filed = owner.open.filed(letter_id(), owner.open.letter_key(letter_id(), blob))
    bits = [bit for bit in range(len(filed) * 8) if _opens(owner, flipped(filed, bit))]
    bits += [bit for bit in [*range(64), *range(64, len(blob) * 8, 37)] if _opens(owner, flipped(blob, bit))]
    assert bits == []


def test_every_cut_of_a_key_is_refused(by: Operator, owner: Citizen) -> None:
    blob = sealed(by, owner).keys[0].blob
    filed = owner.open.filed(letter_id(), owner.open.letter_key(letter_id(), blob))
    cuts = [filed[:n] for n in range(len(filed))] + [blob[:n] for n in range(len(blob))]
    assert [cut for cut in (*cuts, filed + b"\0", blob + b"\0") if _opens(owner, cut)] == []


@pytest.mark.parametrize("length", [0, 16, 31, 33, 64])
def test_a_key_of_another_length_is_refused(by: Operator, owner: Citizen, length: int) -> None:
    key = owner.open.letter_key(letter_id(), sealed(by, owner).keys[0].blob)
    sealed_odd = LetterKey(key.mailbox_id, key.letter_id, KeyLevel.FULL, b"k" * length)
    with pytest.raises(SealBroken):
        owner.open.letter_key(letter_id(), sealed_odd.seal_for(owner.recipient, KeyLevel.FULL).blob)


def test_nothing_shows_a_key(by: Operator, owner: Citizen) -> None:
    key = owner.open.letter_key(letter_id(), sealed(by, owner).keys[0].blob)
    pair, recipient = grant(by, owner)
    shown = f"{key!r} {owner.open!r} {pair!r} {pair.secret!r} {pair.secret} {OpenGrant(pair.secret)!r} {recipient!r}"
    assert "Iemand" not in shown
    assert "bytes" not in shown
    assert "b'" not in shown


def _opens(owner: Citizen, blob: bytes) -> bool:
    try:
        owner.open.letter_key(letter_id(), blob)
    except SealBroken:
        return False
    return True
