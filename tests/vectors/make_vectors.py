"""Writes the files in opens/ and refused/ anew. Only for a new version of the formats: version 1 stays as it is.

Run from the project's root: python -m tests.vectors.make_vectors. Sealing is random, so every run gives other bytes.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mailbox.crypto import FileKek, GrantSecret, Keyholder, KeyLevel, LetterKey, Sealer, hpke
from mailbox.crypto.box import _derive, _seal, seal_box
from mailbox.crypto.encoding import pad, pae
from mailbox.crypto.sealer import crk_context, log_commit, message_info
from mailbox.crypto.wrapping import derive
from mailbox.domain.identifiers import LetterId, Oin
from mailbox.domain.people import Subject
from mailbox.domain.sealed import MailboxRecord, SealedLogEntry
from tests.unit.crypto.keyring import Citizen, Operator, directory, flipped, grant_record, keys
from tests.unit.crypto.two_keys import keystream_block, two_key_ciphertext

HERE: Final = Path(__file__).parent
TEXT: Final = b"Geachte heer, mevrouw,"
META: Final = b'{"onderwerp":"Uw aanslag"}'
KEY, SALT, AAD = bytes(range(32)), bytes(range(32, 64)), pae(b"mo/v1/field", b"m" * 16, b"l" * 16, b"meta")
DEK, LETTER, OTHER = bytes(range(64, 96)), LetterId(bytes(range(16))), LetterId(bytes(range(16, 32)))
CONTEXT = (b"grant-id-16bytes", b"note")
CJIB = Oin("00000099000000004000")


def main() -> None:
    for folder in ("opens", "refused"):
        (HERE / folder).mkdir(exist_ok=True)
        for old in (HERE / folder).glob("*.json"):
            old.unlink()
    by = _operator()
    citizen, helper = _citizen(by, "999990019"), _citizen(by, "999990020")
    _write(HERE / "citizen.json", _stored(by, citizen, "999990019"))
    _write(HERE / "helper.json", _stored(by, helper, "999990020"))
    _encoding()
    _tags(by)
    _boxes()
    _mailboxes(by, citizen, helper)
    _letter_keys(by, citizen)
    _fields(citizen)
    _messages(by, citizen)
    _log(by, citizen)
    _operator_boxes(by)
    _grants(by, citizen, helper)


def _operator() -> Operator:
    """The operator's key file stays from run to run; it is public, so it guards nothing."""
    path = Path(tempfile.mkdtemp()) / "kek.json"
    stored = HERE / "operator.json"
    if stored.exists():
        path.write_text(stored.read_text())
        path.chmod(0o600)
    kek = FileKek(path)
    stored.write_text(path.read_text())
    return Operator(kek=kek, sealer=Sealer(kek), keyholder=Keyholder(kek))


def _citizen(by: Operator, bsn: str) -> Citizen:
    record = by.sealer.new_mailbox(Subject(kind="bsn", value=bsn), now_ms=0)
    return Citizen(
        record=record, recipient=by.sealer.recipient(directory(record)), open=by.keyholder.unlock(keys(record))
    )


def _stored(by: Operator, citizen: Citizen, bsn: str) -> dict[str, Any]:
    record = citizen.record
    root = by.kek.unwrap(1, record.keyslot.blob, crk_context(record.mailbox_id, "server"))
    return {
        "bsn": bsn,
        "mailbox_id": record.mailbox_id,
        "subject_tag": record.subject_tag,
        "subject_box": record.subject_box,
        **_stored_keys(record),
        "root": root,
        "seed": _seed(citizen),
        "filing_key": derive(_seed(citizen), b"mo/v1/mbx/file", 64),
    }


def _stored_keys(record: MailboxRecord) -> dict[str, Any]:
    return {
        "slot_kind": record.keyslot.kind,
        "kek_version": record.keyslot.kek_version,
        "slot_blob": record.keyslot.blob,
        "epoch": record.epoch.epoch,
        "public": record.epoch.public,
        "directory_mac": record.epoch.directory_mac,
        "seed_wrap": record.epoch.seed_wrap,
    }


def _seed(citizen: Citizen) -> bytes:
    return citizen.open._newest._seed


def _encoding() -> None:
    lists: Sequence[tuple[bytes, ...]] = ((), (b"",), (b"test",), (b"mo/v1/field", b"m" * 16, b"l" * 16, b"meta"))
    texts = (b"", b"a", b"12345678", TEXT, META)
    data = {
        "about": "Lists of parts and texts as they are encoded and padded.",
        "pae": [{"parts": list(parts), "encoded": pae(*parts)} for parts in lists],
        "padded": [{"text": text, "padded": pad(text)} for text in texts],
    }
    _write(HERE / "encoding.json", data)


def _tags(by: Operator) -> None:
    pseudonym = Subject(kind="pseudonym", value="urn:etoegang:1")
    letter = by.sealer.letter_id(CJIB, "REF-1")
    data = {
        "about": "Keyed hashes under the MAC root of operator.json.",
        "pseudonym": pseudonym.value,
        "pseudonym_tag": by.sealer.subject_tag(pseudonym),
        "oin": CJIB.value,
        "reference": "REF-1",
        "letter_id": letter,
        "owner_tag": by.sealer.owner_tag(CJIB, letter),
        "content": TEXT,
        "content_tag": by.sealer.content_tag(letter, TEXT),
        "tag_purpose": "held-grant",
        "tag_parts": [b"one", b"two"],
        "tag": by.sealer.tag("held-grant", b"one", b"two"),
    }
    _write(HERE / "tags.json", data)


def _boxes() -> None:
    box = _seal(KEY, AAD, TEXT, SALT)
    case: dict[str, Any] = {"open": "box", "key": KEY, "aad": AAD}
    _opens("box", "A text in its box.", {**case, "box": box}, TEXT)
    _opens("box-empty", "Nothing, in a box.", {**case, "box": _seal(KEY, AAD, b"", SALT)}, b"")
    _opens(
        "box-zeros",
        "A text that ends as padding does.",
        {**case, "box": _seal(KEY, AAD, b"\x80\0\0", SALT)},
        b"\x80\0\0",
    )
    other_commit = _seal(bytes(32), AAD, TEXT, SALT)[33:65]
    for name, about, changed in (
        ("box-version-0", "An unknown version.", b"\x00" + box[1:]),
        ("box-version-2", "A later version.", b"\x02" + box[1:]),
        ("box-nothing", "No bytes.", b""),
        ("box-short", "One byte less than the shortest box.", _seal(KEY, AAD, b"", SALT)[:80]),
        ("box-salt", "A bit of the salt changed.", flipped(box, 8)),
        ("box-commit", "A bit of the commitment changed.", flipped(box, 33 * 8)),
        ("box-commit-of-another-key", "The commitment of another key.", box[:33] + other_commit + box[65:]),
        ("box-ciphertext", "A bit of the ciphertext changed.", flipped(box, 65 * 8)),
        ("box-tag", "A bit of the tag changed.", flipped(box, len(box) * 8 - 1)),
        ("box-cut", "The last byte is missing.", box[:-1]),
        ("box-longer", "A byte after the end.", box + b"\0"),
        ("box-no-mark", "No end mark under the padding.", _unpadded(bytes(32))),
        ("box-padded-longer", "Padded further than Padme says.", _unpadded(TEXT + b"\x80" + bytes(41))),
        ("box-not-padme", "An end mark, but no Padme length.", _unpadded(b"12345678\x80")),
    ):
        _refused(name, about, {**case, "box": changed})
    _refused("box-context", "The box of another field.", {**case, "aad": AAD[:-4] + b"body", "box": box})
    _refused("box-key", "Another key.", {**case, "key": bytes(32), "box": box})
    _refused("box-two-keys", "A ciphertext valid under two keys; the commitment is the other's.", _two_keys())


def _unpadded(padded: bytes) -> bytes:
    key, commit = _derive(KEY, SALT, AAD)
    return b"\x01" + SALT + commit + AESGCM(key).encrypt(bytes(12), padded, None)


def _two_keys() -> dict[str, Any]:
    first, commit = _derive(KEY, SALT, AAD)
    mark = keystream_block(first, 1)[15]
    candidates = (n.to_bytes(32, "big") for n in range(10_000))
    second = next(key for key in candidates if keystream_block(_derive(key, SALT, AAD)[0], 1)[15] == mark)
    ciphertext = two_key_ciphertext(first, _derive(second, SALT, AAD)[0], bytes(15) + bytes([mark ^ 0x80]))
    return {"open": "box", "key": second, "aad": AAD, "box": b"\x01" + SALT + commit + ciphertext}


def _mailboxes(by: Operator, citizen: Citizen, helper: Citizen) -> None:
    mine, theirs = _unlocking(citizen.record), _unlocking(helper.record)
    _opens("mailbox", "A root key under the KEK, and a seed under the root key.", mine, _seed(citizen))
    for name, about, changed in (
        ("mailbox-slot-of-another", "The keyslot of another mailbox.", {"slot_blob": theirs["slot_blob"]}),
        ("mailbox-slot-kind", "A keyslot under another kind.", {"slot_kind": "desk"}),
        ("mailbox-kek-version", "A version of the KEK that is gone.", {"kek_version": 9}),
        ("mailbox-seed-of-another", "The seed of another mailbox.", {"seed_wrap": theirs["seed_wrap"]}),
        ("mailbox-epoch", "A seed under another epoch.", {"epoch": 2}),
        ("mailbox-slot-cut", "A keyslot that was cut.", {"slot_blob": mine["slot_blob"][:-1]}),
    ):
        _refused(name, about, {**mine, **changed})
    case = {**mine, "open": "directory"}
    _opens("directory", "A public key with its directory MAC.", case, citizen.record.epoch.public)
    _refused("directory-replaced", "A public key that someone put there.", {**case, "public": hpke.public_bytes(KEY)})
    _refused("directory-mac-cut", "Half a MAC.", {**case, "directory_mac": case["directory_mac"][:16]})
    moved = {"public": theirs["public"], "directory_mac": theirs["directory_mac"]}
    _refused("directory-of-another", "Public key and MAC of another mailbox.", {**case, **moved})


def _unlocking(record: MailboxRecord) -> dict[str, Any]:
    return {"open": "mailbox", "mailbox_id": record.mailbox_id, **_stored_keys(record)}


def _letter_keys(by: Operator, citizen: Citizen) -> None:
    full = LetterKey(citizen.mailbox_id, LETTER, KeyLevel.FULL, DEK)
    sealed = full.seal_for(citizen.recipient, KeyLevel.FULL).blob
    filed = citizen.open.filed(LETTER, full)
    case = {"open": "letter-key", "letter_id": LETTER}
    _opens("letter-key-sealed", "A letter's key, sealed to its citizen.", {**case, "blob": sealed}, DEK)
    _opens("letter-key-filed", "The same key, filed by its citizen.", {**case, "blob": filed}, DEK)
    odd = LetterKey(citizen.mailbox_id, LETTER, KeyLevel.FULL, DEK + b"!").seal_for(citizen.recipient, KeyLevel.FULL)
    for name, about, blob in (
        ("letter-key-nothing", "No bytes.", b""),
        ("letter-key-form", "An unknown form.", b"X" + sealed[1:]),
        ("letter-key-level", "An unknown level.", b"S\x03" + sealed[2:]),
        ("letter-key-level-changed", "The level of the sealed form changed.", b"S\x02" + sealed[2:]),
        ("letter-key-ml-kem", "A bit of the ML-KEM part changed.", flipped(sealed, 2 * 8)),
        ("letter-key-x25519", "The bit that X25519 ignores changed.", flipped(sealed, (2 + 1119) * 8 + 7)),
        ("letter-key-tag", "A bit of the tag changed.", flipped(sealed, len(sealed) * 8 - 1)),
        ("letter-key-cut", "The last byte is missing.", sealed[:-1]),
        ("letter-key-33-bytes", "Well sealed, but not 32 bytes.", odd.blob),
        ("letter-key-filed-level", "The level of the filed form changed.", b"F\x02" + filed[2:]),
        ("letter-key-filed-bit", "A bit of the filed form changed.", flipped(filed, 400 - 1)),
        ("letter-key-filed-cut", "The last byte of the filed form is missing.", filed[:-1]),
        ("letter-key-filed-as-sealed", "The filed form under the sealed form's letter.", b"S" + filed[1:]),
    ):
        _refused(name, about, {**case, "blob": blob})
    _refused("letter-key-other-letter", "The key of another letter.", {**case, "letter_id": OTHER, "blob": sealed})
    _refused("letter-key-filed-other-letter", "Filed for another.", {**case, "letter_id": OTHER, "blob": filed})
    _refused(
        "letter-key-of-a-grant", "Sealed to a grant.", {**case, "blob": _to_a_grant(by, citizen, KeyLevel.FULL)[1]}
    )


def _to_a_grant(by: Operator, citizen: Citizen, level: KeyLevel) -> tuple[GrantSecret, bytes]:
    pair = citizen.open.new_grant("Z. Oon")
    recipient = by.sealer.grant_recipient(grant_record(pair))
    full = LetterKey(citizen.mailbox_id, LETTER, KeyLevel.FULL, DEK)
    return pair.secret, full.seal_for(recipient, level).blob


def _fields(citizen: Citizen) -> None:
    full = LetterKey(citizen.mailbox_id, LETTER, KeyLevel.FULL, DEK)
    meta_key = full._meta_key()
    boxes = {
        field: full.seal_field(field, text) for field, text in (("meta", META), ("body", TEXT), ("att/0", b"%PDF"))
    }
    case = {"open": "field", "letter_id": LETTER, "level": 1, "key": DEK}
    _opens("field-meta", "Metadata.", {**case, "field": "meta", "box": boxes["meta"]}, META)
    _opens("field-body", "A body.", {**case, "field": "body", "box": boxes["body"]}, TEXT)
    _opens("field-attachment", "An attachment.", {**case, "field": "att/0", "box": boxes["att/0"]}, b"%PDF")
    limited = {**case, "level": 2, "key": meta_key}
    _opens("field-meta-of-meta", "Under the metadata key.", {**limited, "field": "meta", "box": boxes["meta"]}, META)
    _refused("field-body-of-meta", "A body, a metadata key.", {**limited, "field": "body", "box": boxes["body"]})
    claimed = {**limited, "level": 1, "field": "body", "box": boxes["body"]}
    _refused("field-body-of-meta-claimed", "A metadata key that is said to be a full one.", claimed)
    _refused("field-moved", "The metadata in the place of the body.", {**case, "field": "body", "box": boxes["meta"]})
    _refused("field-renumbered", "Another attachment's place.", {**case, "field": "att/1", "box": boxes["att/0"]})
    elsewhere = {**case, "letter_id": OTHER, "field": "meta", "box": boxes["meta"]}
    _refused("field-other-letter", "The same key in another letter.", elsewhere)


def _messages(by: Operator, citizen: Citizen) -> None:
    message = by.sealer.seal_message(citizen.recipient, "grant-notes", CONTEXT, b"Mijn dochter")
    case: dict[str, Any] = {"open": "message", "purpose": "grant-notes", "context": list(CONTEXT)}
    _opens("message", "A message to a citizen.", {**case, "sealed": message}, b"Mijn dochter")
    info = message_info("grant-notes", citizen.mailbox_id, CONTEXT)
    mac = by.sealer.message_mac(info, b"Mijn dochter")
    other_mac = by.sealer.message_mac(message_info("log", citizen.mailbox_id, CONTEXT), b"Mijn dochter")
    for name, about, changed in (
        ("message-unsigned", "Sealed by who has the public key only.", _message(citizen, info, pad(bytes(32) + b"x"))),
        (
            "message-mac-elsewhere",
            "The MAC of another purpose.",
            _message(citizen, info, pad(other_mac + b"Mijn dochter")),
        ),
        ("message-no-mac", "No room for a MAC.", _message(citizen, info, pad(b"x"))),
        ("message-not-padded", "Signed but not padded.", _message(citizen, info, mac + b"Mijn dochter")),
        ("message-form", "An unknown form.", b"N" + message[1:]),
        ("message-epoch", "An epoch that the mailbox does not have.", b"M\x02\0\0\0" + message[5:]),
        ("message-head", "The head alone.", message[:5]),
        ("message-cut", "The last byte is missing.", message[:-1]),
    ):
        _refused(name, about, {**case, "sealed": changed})
    _refused("message-purpose", "Another purpose.", {**case, "purpose": "log", "sealed": message})
    _refused(
        "message-context", "The context in one piece.", {**case, "context": [b"".join(CONTEXT)], "sealed": message}
    )


def _message(citizen: Citizen, info: bytes, padded: bytes) -> bytes:
    return b"M\x01\0\0\0" + hpke.seal(citizen.recipient.key, info, padded)


def _log(by: Operator, citizen: Citizen) -> None:
    first = by.sealer.log_entry(citizen.recipient, head=None, at_ms=1, body=b'{"act":"list"}')
    second = by.sealer.log_entry(citizen.recipient, head=(0, first.commit), at_ms=2, body=b'{"act":"read"}')
    _opens("log-first", "The first entry of a log.", _entry(first), bytes(32) + b'{"act":"list"}')
    _opens(
        "log-second", "The next one names the commit of the first.", _entry(second), first.commit + b'{"act":"read"}'
    )
    place = (2).to_bytes(8, "little")
    payload = place + second.commit + bytes(32) + b'{"act":"read"}'
    info = message_info("log", citizen.mailbox_id, (place,))
    forged = replace(
        second, seq=2, commit=log_commit(payload), sealed=_message(citizen, info, pad(bytes(32) + payload))
    )
    for name, about, entry in (
        ("log-moved", "An entry in another's place.", replace(second, seq=0)),
        ("log-swapped", "Another entry under this commit.", replace(second, sealed=first.sealed)),
        ("log-commit", "A bit of the commit changed.", replace(first, commit=flipped(first.commit, 0))),
        ("log-forged", "An entry by who has the public key only.", forged),
    ):
        _refused(name, about, _entry(entry))


def _entry(entry: SealedLogEntry) -> dict[str, Any]:
    return {"open": "log-entry", "seq": entry.seq, "commit": entry.commit, "sealed": entry.sealed}


def _operator_boxes(by: Operator) -> None:
    ids = [b"mailbox-16-bytes", b"grant-id-16bytes"]
    box = by.sealer.seal_operator("scope", (ids[0], ids[1]), TEXT)
    case = {"open": "operator", "purpose": "scope", "ids": ids, "box": box}
    _opens("operator-box", "A box that the service opens.", case, TEXT)
    _refused("operator-purpose", "Another purpose.", {**case, "purpose": "session"})
    _refused("operator-ids", "The ids the other way round.", {**case, "ids": ids[::-1]})
    _refused("operator-key", "A box under another key.", {**case, "box": seal_box(KEY, AAD, TEXT)})


def _grants(by: Operator, citizen: Citizen, helper: Citizen) -> None:
    secret, blob = _to_a_grant(by, citizen, KeyLevel.FULL)
    _opens("grant-key-full", "Sealed to a grant.", _granted(secret, blob), DEK)
    limited, meta_blob = _to_a_grant(by, citizen, KeyLevel.META)
    meta_key = LetterKey(citizen.mailbox_id, LETTER, KeyLevel.FULL, DEK)._meta_key()
    _opens("grant-key-meta", "The metadata key, sealed to a grant.", _granted(limited, meta_blob), meta_key)
    _refused("grant-key-raised", "A metadata key said to be full.", _granted(limited, b"S\x01" + meta_blob[2:]))
    _refused("grant-key-of-another", "Sealed to another grant.", _granted(secret, meta_blob))
    box = by.sealer.seal_invitation("abcd-efgh", secret)
    case = {"open": "invitation", "grant_id": secret.grant_id, "code": "abcd-efgh", "box": box}
    _opens("invitation", "A grant's secret that waits for its code.", case, secret.to_bytes())
    _refused("invitation-code", "The wrong code.", {**case, "code": "abcd-efgi"})
    _refused("invitation-grant", "Another grant's invitation.", {**case, "grant_id": limited.grant_id})
    held = {"open": "held", "ref": b"r" * 32, "blob": helper.open.hold(b"r" * 32, secret)}
    _opens("held-grant", "A grant's secret, held by the helper.", held, secret.to_bytes())
    _refused("held-ref", "Under another reference.", {**held, "ref": b"s" * 32})
    _refused("held-by-another", "Held by another.", {**held, "blob": citizen.open.hold(b"r" * 32, secret)})


def _granted(secret: GrantSecret, blob: bytes) -> dict[str, Any]:
    return {"open": "grant-key", "secret": secret.to_bytes(), "letter_id": LETTER, "blob": blob}


def _opens(name: str, about: str, case: dict[str, Any], expected: bytes) -> None:
    _write(HERE / "opens" / f"{name}.json", {"about": about, **case, "expect": expected})


def _refused(name: str, about: str, case: dict[str, Any]) -> None:
    _write(HERE / "refused" / f"{name}.json", {"about": about, **case})


def _write(path: Path, data: dict[str, Any]) -> None:
    path.write_text(json.dumps(data, indent=1, default=bytes.hex) + "\n")


if __name__ == "__main__":
    main()
