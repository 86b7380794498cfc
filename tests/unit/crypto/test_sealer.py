"""The door's half: tags, fresh mailboxes, verified recipients, the operator's own boxes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mailbox.crypto import GrantSecret, KekWriter, Sealer, hpke
from mailbox.domain.errors import DirectoryTampered, SealBroken
from mailbox.domain.identifiers import GrantId, LetterId, MailboxId, Oin
from mailbox.domain.people import Subject
from mailbox.domain.sealed import GrantRecord, MailboxDirectory
from tests.unit.crypto.keyring import (
    Operator,
    citizen,
    directory,
    flipped,
    grant,
    grant_record,
    keys,
    letter_id,
    operator,
    sealed,
    subject,
)

CJIB, UWV = Oin("00000099000000004000"), Oin("00000099000000002000")
SECRET = GrantSecret(
    grant_id=GrantId(b"g" * 16), mailbox_id=MailboxId(b"m" * 16), seed=b"s" * 32, citizen_name="Zoë de Vries"
)


class DoorKek:
    """What the door is wired with: no way to unwrap anything."""

    def __init__(self, kek: KekWriter) -> None:
        self._kek = kek

    def wrap(self, plaintext: bytes, context: bytes) -> tuple[int, bytes]:
        return self._kek.wrap(plaintext, context)

    def mac(self, purpose: str, message: bytes) -> bytes:
        return self._kek.mac(purpose, message)


@pytest.fixture
def by(tmp_path: Path) -> Operator:
    return operator(tmp_path)


def test_the_door_needs_no_right_to_unwrap(by: Operator) -> None:
    door = Sealer(DoorKek(by.kek))
    record = door.new_mailbox(subject(), now_ms=5)
    parts = door.seal_letter(
        door.recipient(directory(record)), letter_id(), meta=b"m", body=b"b", attachments=(), grants=()
    )
    key = by.keyholder.unlock(keys(record)).letter_key(letter_id(), parts.keys[0].blob)
    assert [key.open_meta(parts.meta_box), key.open_body(parts.body_box)] == [b"m", b"b"]


def test_a_new_mailbox(by: Operator) -> None:
    record, other = by.sealer.new_mailbox(subject(), now_ms=5), by.sealer.new_mailbox(subject(), now_ms=5)
    assert (len(record.mailbox_id), record.created_ms, record.epoch.epoch) == (16, 5, 1)
    assert (record.keyslot.kind, record.keyslot.kek_version) == ("server", 1)
    assert record.subject_tag == other.subject_tag
    assert record.mailbox_id != other.mailbox_id
    assert record.epoch.public != other.epoch.public


def test_nothing_stored_of_a_new_mailbox_holds_its_subject(by: Operator) -> None:
    record = by.sealer.new_mailbox(subject(), now_ms=5)
    stored = b"".join((record.mailbox_id, record.subject_tag, record.subject_box, record.keyslot.blob))
    assert subject().value.encode() not in stored + record.epoch.seed_wrap + record.epoch.directory_mac


def test_a_bsn_and_a_pseudonym_of_the_same_digits_are_two_people(by: Operator) -> None:
    other = Subject(kind="pseudonym", value=subject().value)
    assert by.sealer.subject_tag(subject()) != by.sealer.subject_tag(other)
    assert by.sealer.subject_tag(subject()) == by.sealer.subject_tag(subject())


def test_a_letters_id_is_its_sender_and_reference(by: Operator) -> None:
    ids = [by.sealer.letter_id(oin, ref) for oin, ref in ((CJIB, "1"), (CJIB, "2"), (UWV, "1"), (CJIB, "1"))]
    assert len(set(ids)) == 3
    assert ids[0] == ids[3]
    assert {len(each) for each in ids} == {16}


def test_tags_of_owner_and_content(by: Operator) -> None:
    one, two = letter_id(1), letter_id(2)
    owners = {by.sealer.owner_tag(CJIB, one), by.sealer.owner_tag(UWV, one), by.sealer.owner_tag(CJIB, two)}
    contents = {by.sealer.content_tag(one, b"a"), by.sealer.content_tag(one, b"b"), by.sealer.content_tag(two, b"a")}
    assert [len(owners), len(contents), len(owners | contents)] == [3, 3, 6]


def test_a_tag_is_its_purposes_and_parts(by: Operator) -> None:
    tag = by.sealer.tag
    tags = {tag("a", b"x", b"y"), tag("b", b"x", b"y"), tag("a", b"xy"), tag("a", b"x", b"y", b""), tag("a")}
    assert len(tags) == 5


def test_operators_with_other_keys_find_nothing_of_each_other(by: Operator, tmp_path: Path) -> None:
    other = operator(tmp_path / "other")
    assert by.sealer.subject_tag(subject()) != other.sealer.subject_tag(subject())
    with pytest.raises(DirectoryTampered):
        other.sealer.recipient(directory(citizen(by).record))


def test_a_replaced_public_key_is_seen(by: Operator) -> None:
    true = directory(citizen(by).record)
    other = directory(citizen(by, 1).record)
    for changed in _changed(true, other):
        with pytest.raises(DirectoryTampered):
            by.sealer.recipient(changed)


def _changed(true: MailboxDirectory, other: MailboxDirectory) -> list[MailboxDirectory]:
    fresh = hpke.public_bytes(bytes(32))
    return [
        replace(true, public=fresh),
        replace(true, public=other.public),
        replace(true, public=other.public, directory_mac=other.directory_mac),  # both moved along
        replace(true, mailbox_id=other.mailbox_id),
        replace(true, epoch=2),
        replace(true, directory_mac=b""),
        replace(true, directory_mac=bytes(32)),
        replace(true, directory_mac=true.directory_mac[:16]),
        *(replace(true, public=flipped(true.public, bit)) for bit in range(0, 1216 * 8, 97)),
        *(replace(true, directory_mac=flipped(true.directory_mac, bit)) for bit in range(256)),
    ]


def test_a_replaced_public_key_of_a_grant_is_seen(by: Operator) -> None:
    owner = citizen(by)
    true, other = grant_record(grant(by, owner)[0]), grant_record(grant(by, owner)[0])
    elsewhere = grant_record(grant(by, citizen(by, 1))[0])
    for changed in _changed_grants(true, other, elsewhere):
        with pytest.raises(DirectoryTampered):
            by.sealer.grant_recipient(changed)


def _changed_grants(true: GrantRecord, other: GrantRecord, elsewhere: GrantRecord) -> list[GrantRecord]:
    return [
        replace(true, public=other.public),
        replace(true, public=other.public, directory_mac=other.directory_mac),
        replace(true, grant_id=other.grant_id),
        replace(true, mailbox_id=elsewhere.mailbox_id),
        replace(elsewhere, mailbox_id=true.mailbox_id),  # a stranger's own grant, moved onto this mailbox
        *(replace(true, directory_mac=flipped(true.directory_mac, bit)) for bit in range(256)),
    ]


def test_a_mailboxs_mac_does_not_serve_a_grant(by: Operator) -> None:
    owner = citizen(by)
    true = grant_record(grant(by, owner)[0])
    epoch = owner.record.epoch
    with pytest.raises(DirectoryTampered):
        by.sealer.grant_recipient(replace(true, public=epoch.public, directory_mac=epoch.directory_mac))
    with pytest.raises(DirectoryTampered):
        by.sealer.recipient(
            replace(directory(owner.record), epoch=0, public=true.public, directory_mac=true.directory_mac)
        )


def test_operator_boxes_open_for_their_purpose_and_ids(by: Operator) -> None:
    box = by.sealer.seal_operator("scope", (b"one", b"two"), b"text")
    assert by.sealer.open_operator("scope", (b"one", b"two"), box) == b"text"
    for purpose, ids in (
        ("session", (b"one", b"two")),
        ("scope", (b"two", b"one")),
        ("scope", (b"onetwo",)),
        ("scope", (b"one", b"two", b"")),
        ("scope", ()),
    ):
        with pytest.raises(SealBroken):
            by.sealer.open_operator(purpose, ids, box)


def test_the_subject_of_a_mailbox_opens_for_the_operator(by: Operator) -> None:
    record = citizen(by).record
    opened = by.sealer.open_operator("subject", (record.mailbox_id,), record.subject_box)
    assert opened.endswith(subject().value.encode())


def test_a_mailbox_is_its_subjects_and_nobody_elses(by: Operator) -> None:
    record, other = citizen(by).record, citizen(by, 1).record
    by.sealer.check_subject(subject(), record.mailbox_id, record.subject_box)
    for who, mailbox_id, box in (
        (subject(1), record.mailbox_id, record.subject_box),
        (subject(), other.mailbox_id, other.subject_box),  # the tag points at another's mailbox
        (subject(), other.mailbox_id, record.subject_box),  # and the box was moved along
        (Subject(kind="pseudonym", value=subject().value), record.mailbox_id, record.subject_box),
        (subject(), record.mailbox_id, b""),
    ):
        with pytest.raises(DirectoryTampered):
            by.sealer.check_subject(who, mailbox_id, box)


def test_an_invitation_opens_with_its_code(by: Operator) -> None:
    box = by.sealer.seal_invitation("abcd-efgh", SECRET)
    assert by.sealer.open_invitation(SECRET.grant_id, SECRET.mailbox_id, "abcd-efgh", box) == SECRET


def test_an_invitation_does_not_open_without_its_code_or_elsewhere(by: Operator) -> None:
    box = by.sealer.seal_invitation("abcd-efgh", SECRET)
    other = b"o" * 16
    for grant_id, mailbox_id, code in (
        (SECRET.grant_id, SECRET.mailbox_id, "abcd-efgi"),
        (SECRET.grant_id, SECRET.mailbox_id, ""),
        (GrantId(other), SECRET.mailbox_id, "abcd-efgh"),
        (SECRET.grant_id, MailboxId(other), "abcd-efgh"),
        (GrantId(SECRET.mailbox_id), MailboxId(SECRET.grant_id), "abcd-efgh"),
    ):
        with pytest.raises(SealBroken):
            by.sealer.open_invitation(grant_id, mailbox_id, code, box)
    with pytest.raises(SealBroken):
        by.sealer.open_operator("invitation", (SECRET.mailbox_id, SECRET.grant_id), box)


def test_a_grants_secret_as_bytes() -> None:
    raw = SECRET.to_bytes()
    assert raw == b"g" * 16 + b"m" * 16 + b"s" * 32 + "Zoë de Vries".encode()
    assert GrantSecret.from_bytes(raw) == SECRET


@pytest.mark.parametrize("raw", [b"", bytes(63), bytes(64) + b"\xff"], ids=["empty", "short", "no-text"])
def test_other_bytes_are_no_grants_secret(raw: bytes) -> None:
    with pytest.raises(SealBroken):
        GrantSecret.from_bytes(raw)


def test_each_letter_has_a_key_of_its_own(by: Operator) -> None:
    owner = citizen(by)
    first, second = sealed(by, owner), sealed(by, owner)  # the same letter, sealed twice
    key = owner.open.letter_key(letter_id(), first.keys[0].blob)
    with pytest.raises(SealBroken):
        key.open_meta(second.meta_box)


def test_metadata_is_of_its_letter_and_ours(by: Operator) -> None:
    owner, other = citizen(by).record.mailbox_id, citizen(by, 1).record.mailbox_id
    signed = by.sealer.signed_metadata(owner, letter_id(), b"{}")
    assert by.sealer.checked_metadata(owner, letter_id(), signed) == b"{}"
    for mailbox_id, letter, raw in (
        (other, letter_id(), signed),
        (owner, LetterId(b"o" * 16), signed),
        (owner, letter_id(), signed[:-1]),
        (owner, letter_id(), bytes(32) + b"{}"),
        (owner, letter_id(), b"{}"),
        (owner, letter_id(), b""),
    ):
        with pytest.raises(SealBroken):
            by.sealer.checked_metadata(mailbox_id, letter, raw)
