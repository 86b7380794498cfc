"""Seals over all texts and all changes: what was sealed opens; a changed bit, a cut or an addition is refused."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from mailbox.crypto import GrantSecret, KeyLevel, OpenGrant
from mailbox.crypto.box import open_box, seal_box
from mailbox.crypto.encoding import pad, pae, unpad
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import GrantId, LetterId, MailboxId
from tests.unit.crypto.keyring import flipped, grant, shared_citizen, shared_operator

texts = st.binary(max_size=3000)
parts = st.lists(st.binary(max_size=20), max_size=5)
key32, id16 = st.binary(min_size=32, max_size=32), st.binary(min_size=16, max_size=16)


def refused(opening: Callable[[], object]) -> bool:
    try:
        opening()
    except SealBroken:
        return True
    return False


@st.composite
def damaged(draw: st.DrawFn, blob: bytes) -> bytes:
    """The blob with one bit changed, cut off, or with something added."""
    how = draw(st.sampled_from(["flip", "cut", "add", "front"]))
    if how == "flip":
        return flipped(blob, draw(st.integers(0, len(blob) * 8 - 1)))
    if how == "cut":
        return blob[: draw(st.integers(0, len(blob) - 1))]
    more = draw(st.binary(min_size=1, max_size=40))
    return blob + more if how == "add" else more + blob


@given(one=parts, other=parts)
def test_no_two_lists_encode_alike(one: list[bytes], other: list[bytes]) -> None:
    assert (pae(*one) == pae(*other)) == (one == other)


@given(text=texts)
def test_padding_comes_off(text: bytes) -> None:
    assert unpad(pad(text)) == text


@given(text=st.binary(max_size=80), more=st.binary(min_size=1, max_size=40))
def test_no_two_texts_pad_alike(text: bytes, more: bytes) -> None:
    assert pad(text) != pad(text + more)


@given(padded=st.binary(max_size=80).map(lambda start: start.rstrip(b"\0")), zeros=st.integers(0, 20))
def test_what_unpads_is_what_pad_gives(padded: bytes, zeros: int) -> None:
    candidate = padded + bytes(zeros)
    try:
        text = unpad(candidate)
    except SealBroken:
        return
    assert pad(text) == candidate


@given(data=st.data(), key=key32, aad=st.binary(max_size=40), text=texts)
def test_boxes(data: st.DataObject, key: bytes, aad: bytes, text: bytes) -> None:
    box = seal_box(key, aad, text)
    assert open_box(key, aad, box) == text
    changed = data.draw(damaged(box))
    assert refused(lambda: open_box(key, aad, changed))


@given(key=key32, other=key32, aad=st.binary(max_size=40), elsewhere=st.binary(max_size=40))
def test_a_box_opens_nowhere_else(key: bytes, other: bytes, aad: bytes, elsewhere: bytes) -> None:
    box = seal_box(key, aad, b"text")
    assert refused(lambda: open_box(other, aad, box)) == (other != key)
    assert refused(lambda: open_box(key, elsewhere, box)) == (elsewhere != aad)


@given(data=st.data(), letter=id16, meta=texts, body=texts, files=st.lists(texts, max_size=3))
@settings(max_examples=50)
def test_letters(data: st.DataObject, letter: bytes, meta: bytes, body: bytes, files: list[bytes]) -> None:
    by, owner, letter_id = shared_operator(), shared_citizen(), LetterId(letter)
    sealed = by.sealer.seal_letter(owner.recipient, letter_id, meta=meta, body=body, attachments=files, grants=())
    blob = sealed.keys[0].blob
    key = owner.open.letter_key(letter_id, blob)
    filed = owner.open.filed(letter_id, key)
    again = owner.open.letter_key(letter_id, filed)
    assert [again.open_meta(sealed.meta_box), again.open_body(sealed.body_box)] == [meta, body]
    assert [key.open_attachment(part.number, part.box) for part in sealed.attachments] == files
    changed = [data.draw(damaged(each)) for each in (sealed.meta_box, sealed.body_box, blob, filed)]
    assert refused(lambda: key.open_meta(changed[0]))
    assert refused(lambda: key.open_body(changed[1]))
    assert refused(lambda: owner.open.letter_key(letter_id, changed[2]))
    assert refused(lambda: owner.open.letter_key(letter_id, changed[3]))


@given(letter=id16, meta=texts, body=texts, level=st.sampled_from(KeyLevel))
@settings(max_examples=50)
def test_a_grant_opens_as_much_as_its_level(letter: bytes, meta: bytes, body: bytes, level: KeyLevel) -> None:
    by, owner, letter_id = shared_operator(), shared_citizen(), LetterId(letter)
    pair, recipient = grant(by, owner)
    sealed = by.sealer.seal_letter(
        owner.recipient, letter_id, meta=meta, body=body, attachments=(body,), grants=((recipient, level),)
    )
    key = OpenGrant(pair.secret).letter_key(letter_id, sealed.keys[1].blob)
    assert key.open_meta(sealed.meta_box) == meta
    closed = level is KeyLevel.META
    assert refused(lambda: key.open_body(sealed.body_box)) == closed
    assert refused(lambda: key.open_attachment(0, sealed.attachments[0].box)) == closed
    assert refused(lambda: key.seal_for(recipient, KeyLevel.FULL)) == closed


@given(data=st.data(), purpose=st.text(max_size=10), context=parts, text=texts)
@settings(max_examples=50)
def test_messages(data: st.DataObject, purpose: str, context: list[bytes], text: bytes) -> None:
    by, owner = shared_operator(), shared_citizen()
    message = by.sealer.seal_message(owner.recipient, purpose, tuple(context), text)
    assert owner.open.open_message(purpose, tuple(context), message) == text
    changed, elsewhere = data.draw(damaged(message)), tuple(data.draw(parts))
    assert refused(lambda: owner.open.open_message(purpose, tuple(context), changed))
    assert refused(lambda: owner.open.open_message(purpose, elsewhere, message)) == (elsewhere != tuple(context))


@given(data=st.data(), purpose=st.text(max_size=10), ids=parts, text=texts)
def test_operator_boxes(data: st.DataObject, purpose: str, ids: list[bytes], text: bytes) -> None:
    sealer = shared_operator().sealer
    box = sealer.seal_operator(purpose, tuple(ids), text)
    assert sealer.open_operator(purpose, tuple(ids), box) == text
    changed, elsewhere = data.draw(damaged(box)), tuple(data.draw(parts))
    assert refused(lambda: sealer.open_operator(purpose, tuple(ids), changed))
    assert refused(lambda: sealer.open_operator(purpose, elsewhere, box)) == (elsewhere != tuple(ids))


@given(grant_id=id16, mailbox_id=id16, seed=key32, name=st.text(max_size=60), code=st.text(), other=st.text())
def test_invitations(grant_id: bytes, mailbox_id: bytes, seed: bytes, name: str, code: str, other: str) -> None:
    sealer = shared_operator().sealer
    secret = GrantSecret(grant_id=GrantId(grant_id), mailbox_id=MailboxId(mailbox_id), seed=seed, citizen_name=name)
    box = sealer.seal_invitation(code, secret)
    assert sealer.open_invitation(secret.grant_id, secret.mailbox_id, code, box) == secret
    wrong = refused(lambda: sealer.open_invitation(secret.grant_id, secret.mailbox_id, other, box))
    assert wrong == (other != code)


@given(ref=st.binary(max_size=40), name=st.text(max_size=60), data=st.data())
@settings(max_examples=50)
def test_held_grants(ref: bytes, name: str, data: st.DataObject) -> None:
    owner, helper = shared_citizen(0), shared_citizen(1)
    secret = owner.open.new_grant(name).secret
    blob = helper.open.hold(ref, secret)
    assert helper.open.held(ref, blob) == secret
    changed = data.draw(damaged(blob))
    assert refused(lambda: helper.open.held(ref, changed))


@given(bodies=st.lists(texts, min_size=1, max_size=4))
@settings(max_examples=30)
def test_the_log(bodies: list[bytes]) -> None:
    by, owner = shared_operator(), shared_citizen()
    head: tuple[int, bytes] | None = None
    before = bytes(32)
    for seq, body in enumerate(bodies):
        entry = by.sealer.log_entry(owner.recipient, head=head, at_ms=seq, body=body)
        opened = owner.open.read_entry(entry)
        assert (opened.seq, opened.prev, opened.body) == (seq, before, body)
        head, before = (entry.seq, entry.commit), entry.commit
