"""The reading half: unlocking, messages and the log, grants that are given and held."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from mailbox.crypto import OpenGrant, hpke
from mailbox.crypto.encoding import pad
from mailbox.crypto.sealer import SLOT, crk_context, log_commit, message_info, root_wrapping_key, seed_context
from mailbox.crypto.wrapping import wrap
from mailbox.domain.errors import SealBroken
from mailbox.domain.sealed import Keyslot, MailboxEpoch, MailboxKeys, SealedLogEntry
from tests.unit.crypto.keyring import META, Citizen, Operator, citizen, flipped, keys, letter_id, operator, sealed


@pytest.fixture
def by(tmp_path: Path) -> Operator:
    return operator(tmp_path)


@pytest.fixture
def owner(by: Operator) -> Citizen:
    return citizen(by)


def test_keys_of_two_mailboxes_do_not_mix(by: Operator, owner: Citizen) -> None:
    mine, theirs = keys(owner.record), keys(citizen(by, 1).record)
    for mixed in (
        replace(mine, keyslot=theirs.keyslot),
        replace(mine, epochs=theirs.epochs),
        replace(mine, mailbox_id=theirs.mailbox_id),
        replace(theirs, mailbox_id=mine.mailbox_id),
        replace(mine, epochs=mine.epochs + theirs.epochs),
        replace(mine, epochs=(replace(mine.epochs[0], epoch=2),)),
        replace(mine, keyslot=replace(mine.keyslot, kind="desk")),
        replace(mine, keyslot=replace(mine.keyslot, kek_version=2)),
        replace(mine, epochs=()),
    ):
        with pytest.raises(SealBroken):
            by.keyholder.unlock(mixed)


def test_every_changed_bit_of_stored_keys_is_refused(by: Operator, owner: Citizen) -> None:
    stored = keys(owner.record)
    slot, epoch = stored.keyslot, stored.epochs[0]
    changed = [
        replace(stored, keyslot=replace(slot, blob=flipped(slot.blob, bit))) for bit in range(len(slot.blob) * 8)
    ]
    changed += [
        replace(stored, epochs=(replace(epoch, seed_wrap=flipped(epoch.seed_wrap, bit)),))
        for bit in range(len(epoch.seed_wrap) * 8)
    ]
    for other in changed:
        with pytest.raises(SealBroken):
            by.keyholder.unlock(other)


def test_letters_of_an_earlier_epoch_stay_readable(by: Operator, owner: Citizen) -> None:
    parts = sealed(by, owner)
    old = owner.open.letter_key(letter_id(), parts.keys[0].blob)
    later = by.keyholder.unlock(_with_second_epoch(by, owner))
    for blob in (parts.keys[0].blob, owner.open.filed(letter_id(), old)):
        assert later.letter_key(letter_id(), blob).open_meta(parts.meta_box) == META
    filed_now = later.filed(letter_id(), old)
    assert later.letter_key(letter_id(), filed_now).open_meta(parts.meta_box) == META
    with pytest.raises(SealBroken):
        owner.open.letter_key(letter_id(), filed_now)  # filed under the newest epoch's key


def _with_second_epoch(by: Operator, owner: Citizen) -> MailboxKeys:
    root = by.kek.unwrap(1, owner.record.keyslot.blob, crk_context(owner.mailbox_id, SLOT))
    seed = b"2" * 32
    epoch = MailboxEpoch(
        epoch=2,
        public=hpke.public_bytes(seed),
        directory_mac=b"",
        seed_wrap=wrap(root_wrapping_key(root), seed, seed_context(owner.mailbox_id, 2)),
    )
    return replace(keys(owner.record), epochs=(epoch, owner.record.epoch))


def test_after_a_roll_and_a_rewrap_the_old_version_can_go(by: Operator, owner: Citizen) -> None:
    context = crk_context(owner.mailbox_id, SLOT)
    root = by.kek.unwrap(1, owner.record.keyslot.blob, context)
    by.kek.roll()
    version, blob = by.kek.wrap(root, context)
    by.kek.destroy(1)
    moved = replace(keys(owner.record), keyslot=Keyslot(kind=SLOT, kek_version=version, blob=blob))
    parts = sealed(by, owner)
    assert by.keyholder.unlock(moved).letter_key(letter_id(), parts.keys[0].blob).open_meta(parts.meta_box) == META
    with pytest.raises(SealBroken):
        by.keyholder.unlock(keys(owner.record))


def test_a_message_opens_for_its_citizen_purpose_and_context(by: Operator, owner: Citizen) -> None:
    message = by.sealer.seal_message(owner.recipient, "note", (b"g", b"1"), b"Mijn dochter")
    assert owner.open.open_message("note", (b"g", b"1"), message) == b"Mijn dochter"
    for reader, purpose, context in (
        (citizen(by, 1).open, "note", (b"g", b"1")),
        (owner.open, "log", (b"g", b"1")),
        (owner.open, "note", (b"1", b"g")),
        (owner.open, "note", (b"g1",)),
        (owner.open, "note", ()),
    ):
        with pytest.raises(SealBroken):
            reader.open_message(purpose, context, message)


def test_every_changed_bit_and_cut_of_a_message_is_refused(by: Operator, owner: Citizen) -> None:
    message = by.sealer.seal_message(owner.recipient, "note", (), b"text")
    others = [flipped(message, bit) for bit in [*range(80), *range(80, len(message) * 8, 41)]]
    others += [message[:length] for length in range(0, len(message), 3)] + [message + b"\0", b""]
    for other in others:
        with pytest.raises(SealBroken):
            owner.open.open_message("note", (), other)


def test_lengths_of_messages_say_little(by: Operator, owner: Citizen) -> None:
    lengths = {len(by.sealer.seal_message(owner.recipient, "note", (), bytes(n))) for n in range(196, 208)}
    assert lengths == {5 + 1120 + 240 + 16}


def test_who_has_the_public_key_only_cannot_write_to_a_citizen(by: Operator, owner: Citizen) -> None:
    """The public key lies in the table: whoever writes there could seal with it."""
    key = hpke.public_key(owner.record.epoch.public)
    info = message_info("note", owner.mailbox_id, ())
    for plaintext in (b"text", bytes(32) + b"text", b"", bytes(31)):
        forged = b"M" + (1).to_bytes(4, "little") + hpke.seal(key, info, pad(plaintext))
        with pytest.raises(SealBroken):
            owner.open.open_message("note", (), forged)


def chain(by: Operator, owner: Citizen, length: int) -> list[SealedLogEntry]:
    entries: list[SealedLogEntry] = []
    for n in range(length):
        head = (entries[-1].seq, entries[-1].commit) if entries else None
        entries.append(by.sealer.log_entry(owner.recipient, head=head, at_ms=1000 + n, body=f'{{"n":{n}}}'.encode()))
    return entries


def test_the_log_is_a_chain_that_its_citizen_reads(by: Operator, owner: Citizen) -> None:
    entries = chain(by, owner, 3)
    opened = [owner.open.read_entry(entry) for entry in entries]
    assert [(entry.seq, entry.at_ms) for entry in entries] == [(0, 1000), (1, 1001), (2, 1002)]
    assert [(payload.seq, payload.body) for payload in opened] == [(0, b'{"n":0}'), (1, b'{"n":1}'), (2, b'{"n":2}')]
    assert opened[0].prev == bytes(32)
    assert [later.prev == entry.commit for entry, later in zip(entries[:-1], opened[1:], strict=True)] == [True, True]


def test_log_entries_do_not_change_places(by: Operator, owner: Citizen) -> None:
    for one, other in pairwise(chain(by, owner, 3)):
        for mixed in (
            replace(one, seq=other.seq),
            replace(one, sealed=other.sealed),
            replace(one, commit=other.commit),
            replace(one, sealed=other.sealed, commit=other.commit),
            replace(other, seq=one.seq),
        ):
            with pytest.raises(SealBroken):
                owner.open.read_entry(mixed)


def test_every_changed_bit_of_a_commit_is_refused(by: Operator, owner: Citizen) -> None:
    entry = chain(by, owner, 1)[0]
    for commit in [flipped(entry.commit, bit) for bit in range(256)] + [b"", entry.commit[:31], entry.commit + b"\0"]:
        with pytest.raises(SealBroken):
            owner.open.read_entry(replace(entry, commit=commit))


def test_another_citizens_entry_is_refused(by: Operator, owner: Citizen) -> None:
    with pytest.raises(SealBroken):
        owner.open.read_entry(chain(by, citizen(by, 1), 1)[0])


def test_an_entry_forged_with_the_public_key_is_refused(by: Operator, owner: Citizen) -> None:
    head = chain(by, owner, 1)[0]
    place = (1).to_bytes(8, "little")
    payload = place + head.commit + bytes(32) + b'{"n":1}'
    info = message_info("log", owner.mailbox_id, (place,))
    for signed in (payload, bytes(32) + payload):
        sealed_entry = b"M\x01\0\0\0" + hpke.seal(hpke.public_key(owner.record.epoch.public), info, pad(signed))
        forged = SealedLogEntry(
            mailbox_id=owner.mailbox_id, seq=1, at_ms=1001, commit=log_commit(payload), sealed=sealed_entry
        )
        with pytest.raises(SealBroken):
            owner.open.read_entry(forged)


def test_commits_of_equal_entries_differ(by: Operator, owner: Citizen) -> None:
    assert chain(by, owner, 1)[0].commit != chain(by, owner, 1)[0].commit


def test_a_held_grant_opens_for_its_helper_under_its_ref(by: Operator, owner: Citizen) -> None:
    helper, secret = citizen(by, 1).open, owner.open.new_grant("Zoë").secret
    blob = helper.hold(b"ref", secret)
    assert helper.held(b"ref", blob) == secret
    assert b"Zo" not in blob
    for holder, ref in ((helper, b"fer"), (helper, b""), (owner.open, b"ref"), (citizen(by, 2).open, b"ref")):
        with pytest.raises(SealBroken):
            holder.held(ref, blob)


def test_every_changed_bit_and_cut_of_a_held_grant_is_refused(by: Operator, owner: Citizen) -> None:
    helper = citizen(by, 1).open
    blob = helper.hold(b"ref", owner.open.new_grant("Zoë").secret)
    others = [flipped(blob, bit) for bit in range(len(blob) * 8)] + [blob[:n] for n in range(len(blob))]
    for other in (*others, blob + b"\0"):
        with pytest.raises(SealBroken):
            helper.held(b"ref", other)


def test_what_was_given_is_not_taken_for_filed(by: Operator, owner: Citizen) -> None:
    helper, secret = citizen(by, 1), owner.open.new_grant("Zoë").secret
    given = by.sealer.seal_hold(helper.recipient, b"ref", secret)
    with pytest.raises(SealBroken):
        helper.open.filed_hold(b"ref", given)
    assert helper.open.held(b"ref", given) == secret == helper.open.filed_hold(b"ref", helper.open.hold(b"ref", secret))


def test_a_note_opens_for_who_wrote_it_where_it_was_written(by: Operator, owner: Citizen) -> None:
    helper = citizen(by, 1).open
    notes = [helper.note(b"ref", text) for text in (b"", b"3 letters", b"x" * 1023)]
    assert [helper.noted(b"ref", note) for note in notes] == [b"", b"3 letters", b"x" * 1023]
    assert {len(note) for note in notes} == {1105}
    for reader, ref in ((helper, b"fer"), (helper, b""), (owner.open, b"ref")):
        with pytest.raises(SealBroken):
            reader.noted(ref, notes[1])
    others = [flipped(notes[1], bit) for bit in range(0, 1105 * 8, 7)] + [notes[1][:-1], b"", notes[1] + b"\0"]
    for other in others:
        with pytest.raises(SealBroken):
            helper.noted(b"ref", other)


def test_a_mailbox_seed_is_not_taken_for_a_held_grant(owner: Citizen) -> None:
    with pytest.raises(SealBroken):
        owner.open.held(b"", owner.record.epoch.seed_wrap)


def test_grants_of_one_mailbox_have_keys_of_their_own(owner: Citizen) -> None:
    first, second = owner.open.new_grant("A"), owner.open.new_grant("A")
    assert first.secret.grant_id != second.secret.grant_id
    assert first.public != second.public
    assert hpke.public_bytes(first.secret.seed) == first.public


def test_a_grant_and_its_mailbox_do_not_open_each_others_keys(by: Operator, owner: Citizen) -> None:
    blob = sealed(by, owner).keys[0].blob
    pair = owner.open.new_grant("A")
    with pytest.raises(SealBroken):
        OpenGrant(pair.secret).letter_key(letter_id(), blob)
    filed = owner.open.filed(letter_id(), owner.open.letter_key(letter_id(), blob))
    with pytest.raises(SealBroken):
        OpenGrant(pair.secret).letter_key(letter_id(), filed)
