"""Adds to version 1 what it got later: writes the files that are not there yet, and touches none that is.

Run from the project's root: python -m tests.vectors.more_vectors. Keys are those of operator.json and the stored rows.
"""

from __future__ import annotations

import base64
import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from consent import State
from mailbox.crypto import (
    RECEIPT,
    FileKek,
    GrantRecipient,
    GrantSecret,
    Keyholder,
    KeyLevel,
    LetterKey,
    Recipient,
    Sealer,
    WorkerSealer,
    hpke,
)
from mailbox.crypto.box import seal_box
from mailbox.crypto.encoding import pad, pae
from mailbox.crypto.sealer import HOLD, crk_context, message_info, root_wrapping_key
from mailbox.crypto.wrapping import derive, wrap
from mailbox.domain.identifiers import GrantId, LetterId, MailboxId
from mailbox.domain.sealed import GrantRecord, Keyslot, MailboxEpoch, MailboxKeys
from tests.unit.crypto.keyring import flipped

HERE: Final = Path(__file__).parent
REF, OTHER_REF = b"r" * 32, b"s" * 32
DEK, LETTER, OTHER_LETTER = bytes(range(64, 96)), LetterId(bytes(range(16))), LetterId(bytes(range(16, 32)))
GRANTS: Final = ((b"grant-1-16-bytes", b"scope box 1"), (b"grant-2-16-bytes", b"scope box 2"))
NOTE: Final = b'{"letters":40,"keys":41}'
ADDRESS: Final = b"iemand@voorbeeld.example"
PAYLOAD: Final = b'{"versie":1,"dossier":"Z. Oon","tot":"2027-02-24"}'


class Stored:
    """The operator, citizen and helper of the vectors, as their rows say."""

    def __init__(self) -> None:
        path = Path(tempfile.mkdtemp()) / "kek.json"
        path.write_text((HERE / "operator.json").read_text())
        path.chmod(0o600)
        self.kek = FileKek(path, create=False)
        self.sealer = Sealer(self.kek)
        self.citizen, self.helper = self._keys("citizen"), self._keys("helper")
        self.open = Keyholder(self.kek).unlock(self.citizen)
        self.open_helper = Keyholder(self.kek).unlock(self.helper)

    def root(self, of: MailboxKeys) -> bytes:
        return self.kek.unwrap(1, of.keyslot.blob, crk_context(of.mailbox_id, "server"))

    def _keys(self, name: str) -> MailboxKeys:
        data = json.loads((HERE / f"{name}.json").read_text())
        row = {key: bytes.fromhex(value) for key, value in data.items() if key in _BYTES}
        epoch = MailboxEpoch(
            epoch=1, public=row["public"], directory_mac=row["directory_mac"], seed_wrap=row["seed_wrap"]
        )
        slot = Keyslot(kind="server", kek_version=1, blob=row["slot_blob"])
        return MailboxKeys(mailbox_id=MailboxId(row["mailbox_id"]), keyslot=slot, epochs=(epoch,))


_BYTES: Final = frozenset({"mailbox_id", "public", "directory_mac", "seed_wrap", "slot_blob"})


def recipient(keys: MailboxKeys) -> Recipient:
    return Recipient(keys.mailbox_id, 1, hpke.public_key(keys.epochs[0].public))


def main() -> None:
    by = Stored()
    _held(by)
    _note(by)
    _live_grants(by)
    _signing_key(by)
    _receipts(by)
    _worker(by)
    _key_runs(by)


def _key_runs(by: Stored) -> None:
    """Of a grant on the citizen's mailbox: two runs, the first of them full."""
    seed, grant_id = bytes(range(160, 192)), GrantId(b"grant-3-16-bytes")
    secret = GrantSecret(grant_id=grant_id, mailbox_id=by.citizen.mailbox_id, seed=seed, citizen_name="Z. Oon")
    to_grant = GrantRecipient(by.citizen.mailbox_id, grant_id, hpke.public_key(hpke.public_bytes(seed)))
    key = LetterKey(by.citizen.mailbox_id, LETTER, KeyLevel.FULL, DEK)
    first, *_, last, meta = (key.seal_for(to_grant, level).blob for level in [KeyLevel.FULL] * 64 + [KeyLevel.META])
    case = {"open": "grant-key", "secret": secret.to_bytes(), "letter_id": LETTER}
    meta_key = derive(DEK, b"mo/v1/dek/meta", 32)
    _opens("run-first", "The first key in a run.", {**case, "blob": first}, DEK)
    _opens("run-last", "The last key in the same run.", {**case, "blob": last}, DEK)
    _opens("run-meta", "The metadata key, in the next run.", {**case, "blob": meta}, meta_key)
    odd = LetterKey(key.mailbox_id, LETTER, KeyLevel.FULL, DEK + b"!").seal_for(to_grant, KeyLevel.FULL).blob
    for name, about, blob in (
        ("place", "Said to be in another place.", first[:2] + b"\x01" + first[3:]),
        ("place-beyond", "In a place that no run has.", last[:2] + b"\x40" + last[3:]),
        ("level", "A metadata key said to be full.", b"R\x01" + meta[2:]),
        ("level-unknown", "An unknown level.", b"R\x03" + first[2:]),
        ("start-of-another", "The start of another run.", first[:3] + meta[3:1171] + first[1171:]),
        ("start-bit", "A bit of the start changed.", flipped(first, 3 * 8)),
        ("tag", "A bit of the tag changed.", flipped(first, len(first) * 8 - 1)),
        ("cut", "The last byte is missing.", first[:-1]),
        ("start-alone", "No key after the start.", first[:1171]),
        ("33-bytes", "Well sealed, but not 32 bytes.", odd),
        ("as-sealed", "Said to be sealed by itself.", b"S" + first[1:]),
    ):
        _refused(f"run-{name}", about, {**case, "blob": blob})
    elsewhere = replace(secret, grant_id=GrantId(b"grant-4-16-bytes"))
    _refused("run-of-another", "Sealed to another grant.", {**case, "secret": elsewhere.to_bytes(), "blob": first})
    _refused("run-other-letter", "The key of another letter.", {**case, "letter_id": OTHER_LETTER, "blob": first})


def _worker(by: Stored) -> None:
    path = HERE / "worker.json"
    if not path.exists():
        seed = base64.b64encode(bytes(range(128, 160))).decode()
        path.write_text(json.dumps({"format": "mijnoverzicht-worker-1", "seed": seed}, indent=1) + "\n")
    public = hpke.public_bytes(base64.b64decode(json.loads(path.read_text())["seed"]))
    worker, place = (
        WorkerSealer(by.kek, public),
        {"open": "worker", "purpose": "contact", "ids": [by.citizen.mailbox_id]},
    )
    box = worker.seal("contact", (by.citizen.mailbox_id,), ADDRESS)
    long = ADDRESS * 20
    info, key = pae(b"mo/v1/worker", b"contact", by.citizen.mailbox_id), hpke.public_key(public)
    mac = by.kek.mac("worker", pae(info, ADDRESS))
    _opens("worker", "An address for the worker.", {**place, "box": box}, ADDRESS)
    long_box = worker.seal("contact", (by.citizen.mailbox_id,), long)
    _opens("worker-long", "More than fits in that size.", {**place, "box": long_box}, long)
    for name, about, refused in (
        ("worker-bit", "A bit changed.", flipped(box, 9_500)),
        ("worker-cut", "The last byte is missing.", box[:-1]),
        ("worker-form", "Another form.", b"M" + box[1:]),
        ("worker-shorter", "Padded to Padme only.", b"W" + hpke.seal(key, info, pad(mac + ADDRESS))),
        ("worker-longer", "Padded further.", b"W" + hpke.seal(key, info, pad(mac + ADDRESS, least=385))),
        (
            "worker-unsigned",
            "By who has the public key only.",
            b"W" + hpke.seal(key, info, pad(bytes(32) + ADDRESS, least=384)),
        ),
        ("worker-purpose-sealed", "For something else.", worker.seal("alert", (by.citizen.mailbox_id,), ADDRESS)),
        ("worker-nothing", "No bytes.", b""),
    ):
        _refused(name, about, {**place, "box": refused})
    _refused("worker-of-another", "Moved to another.", {**place, "ids": [by.helper.mailbox_id], "box": box})


def _held(by: Stored) -> None:
    stored = json.loads((HERE / "opens" / "held-grant.json").read_text())
    secret = GrantSecret.from_bytes(bytes.fromhex(stored["expect"]))
    to_helper, case = recipient(by.helper), {"open": "held", "ref": REF}
    padded, given = by.open_helper.hold(REF, secret), by.sealer.seal_hold(to_helper, REF, secret)
    gone = secret.without_key()
    _opens("held-padded", "Held in the form of one size.", {**case, "blob": padded}, secret.to_bytes())
    long = replace(secret, citizen_name="Z. Oon-" * 40)
    blob = by.open_helper.hold(REF, long)
    _opens("held-long-name", "A name that does not fit in that size.", {**case, "blob": blob}, long.to_bytes())
    _opens("held-given", "Sealed to a helper who was not there.", {**case, "blob": given}, secret.to_bytes())
    blob = by.sealer.seal_hold(to_helper, REF, gone)
    _opens("held-gone", "What is left of a grant that was stopped: no key.", {**case, "blob": blob}, gone.to_bytes())
    _held_refused(by, secret, padded, given)


def _held_refused(by: Stored, secret: GrantSecret, padded: bytes, given: bytes) -> None:
    to_helper, case = recipient(by.helper), {"open": "held", "ref": REF}
    info = message_info(HOLD, by.helper.mailbox_id, (REF,))
    unsigned = b"M\x01\0\0\0" + hpke.seal(to_helper.key, info, pad(bytes(32) + secret.to_padded()))
    own = root_wrapping_key(by.root(by.helper))
    context = [b"mo/v1/held", by.helper.mailbox_id, REF, b"padded"]
    for name, about, blob in (
        ("held-padded-bit", "A bit changed.", flipped(padded, 500)),
        ("held-padded-cut", "The last byte is missing.", padded[:-1]),
        ("held-padded-of-another", "Held by another.", by.open.hold(REF, secret)),
        ("held-padded-not", "No padding in the padded form.", wrap(own, secret.to_bytes(), context)),
        ("held-padded-shorter", "Padded to Padme only.", wrap(own, pad(secret.to_bytes()), context)),
        ("held-padded-longer", "Padded further than 256.", wrap(own, pad(secret.to_bytes(), least=257), context)),
        ("held-given-bit", "A bit of what was given changed.", flipped(given, 9000)),
        ("held-given-cut", "The last byte of what was given is missing.", given[:-1]),
        ("held-given-to-another", "Given to another.", by.sealer.seal_hold(recipient(by.citizen), REF, secret)),
        ("held-given-unsigned", "Given by who has the public key only.", unsigned),
        ("held-given-not-padded", "Given without padding.", _message(by, HOLD, (REF,), secret.to_bytes())),
        ("held-given-purpose", "Another message.", _message(by, "grant-notes", (REF,), secret.to_padded())),
        ("held-given-short", "Too short for a secret.", _message(by, HOLD, (REF,), pad(bytes(63), least=256))),
        ("held-nothing", "No bytes.", b""),
    ):
        _refused(name, about, {**case, "blob": blob})
    _refused("held-padded-ref", "Under another reference.", {**case, "ref": OTHER_REF, "blob": padded})
    _refused("held-given-ref", "Given under another reference.", {**case, "ref": OTHER_REF, "blob": given})


def _note(by: Stored) -> None:
    case, note = {"open": "note", "ref": REF}, by.open_helper.note(REF, NOTE)
    key, aad = derive(by.root(by.helper), b"mo/v1/crk/note", 32), pae(b"mo/v1/note", by.helper.mailbox_id, REF)
    _opens("note", "A helper's note beside what is held.", {**case, "box": note}, NOTE)
    long = NOTE * 40
    _opens("note-long", "More than fits in that size.", {**case, "box": by.open_helper.note(REF, long)}, long)
    for name, about, box in (
        ("note-bit", "A bit changed.", flipped(note, 8000)),
        ("note-cut", "The last byte is missing.", note[:-1]),
        ("note-of-another", "Another's note.", by.open.note(REF, NOTE)),
        ("note-shorter", "Padded to Padme only.", seal_box(key, aad, NOTE)),
        ("note-longer", "Padded further than 1024.", seal_box(key, aad, NOTE, least=1025)),
        ("note-nothing", "No bytes.", b""),
    ):
        _refused(name, about, {**case, "box": box})
    _refused("note-ref", "Beside something else.", {**case, "ref": OTHER_REF, "box": note})


def _message(by: Stored, purpose: str, context: tuple[bytes, ...], text: bytes) -> bytes:
    return by.sealer.seal_message(recipient(by.helper), purpose, context, text)


def _live_grants(by: Stored) -> None:
    mailbox_id = by.citizen.mailbox_id
    mac = by.sealer.grants_mac(mailbox_id, 7, [_grant(mailbox_id, *each) for each in GRANTS])
    case = {"open": "live-grants", "mailbox_id": mailbox_id, "generation": 7, "grants": GRANTS, "mac": mac}
    _opens("live-grants", "The grants that receive keys, in one generation.", case, mac)
    _opens("live-grants-order", "In another order.", {**case, "grants": GRANTS[::-1]}, mac)
    none = by.sealer.grants_mac(mailbox_id, 8, [])
    _opens("live-grants-none", "None of them is left.", {**case, "generation": 8, "grants": [], "mac": none}, none)
    (first, box), second = GRANTS
    for name, about, changed in (
        (
            "live-grants-put-back",
            "A grant that had ended.",
            {"grants": [*GRANTS, (b"grant-3-16-bytes", b"scope box 3")]},
        ),
        ("live-grants-twice", "One of them twice.", {"grants": [*GRANTS, second]}),
        ("live-grants-missing", "One of them is gone.", {"grants": [(first, box)]}),
        ("live-grants-all-missing", "All of them are gone.", {"grants": []}),
        ("live-grants-wider", "Other terms.", {"grants": [(first, b"scope box 9"), second]}),
        (
            "live-grants-exchanged",
            "The terms of each with the other.",
            {"grants": [(first, second[1]), (second[0], box)]},
        ),
        ("live-grants-generation", "An earlier generation.", {"generation": 6}),
        ("live-grants-of-another", "Another mailbox.", {"mailbox_id": by.helper.mailbox_id}),
        ("live-grants-mac-cut", "Half a MAC.", {"mac": mac[:16]}),
        ("live-grants-no-mac", "No MAC.", {"mac": b""}),
    ):
        _refused(name, about, {**case, **changed})


def _grant(mailbox_id: MailboxId, grant_id: bytes, scope_box: bytes) -> GrantRecord:
    return GrantRecord(
        mailbox_id=mailbox_id,
        grant_id=GrantId(grant_id),
        state=State.ACTIVE,
        public=b"",
        directory_mac=b"",
        scope_box=scope_box,
        notes_box=b"",
        created_ms=0,
        changed_ms=0,
    )


def _signing_key(by: Stored) -> None:
    mailbox = json.loads((HERE / "opens" / "mailbox.json").read_text())
    case = {name: value for name, value in mailbox.items() if name not in {"about", "expect", "open"}}
    case["open"] = "signing-key"
    _opens("signing-key", "The public half of a citizen's signing key.", case, _raw(by.open.public_jwk()["x"]))
    other = by.helper.keyslot.blob.hex()
    _refused("signing-key-of-another", "The keyslot of another mailbox.", {**case, "slot_blob": other})


def _receipts(by: Stored) -> None:
    receipt, signer = by.open.sign(PAYLOAD, typ=RECEIPT), by.open.signing_key_id().encode()
    head, payload, signature = receipt.split(".")
    _opens("receipt", "A citizen's receipt of consent.", {"open": "receipt", "receipt": receipt}, signer + PAYLOAD)
    key = Ed25519PrivateKey.from_private_bytes(derive(by.root(by.citizen), b"mo/v1/crk/sign", 32))
    helper = by.open_helper.sign(PAYLOAD, typ=RECEIPT).split(".")
    header: dict[str, Any] = json.loads(_raw(head))
    jwk = header["jwk"]
    for name, about, text in (
        ("typ", "A signature of another kind.", by.open.sign(PAYLOAD, typ="JWT")),
        ("alg-none", "No algorithm and no signature.", f"{_part({**header, 'alg': 'none'})}.{payload}."),
        ("alg", "Truly signed, under another algorithm's name.", _sign(key, {**header, "alg": "HS256"})),
        ("curve", "Truly signed, under another curve's name.", _sign(key, {**header, "jwk": {**jwk, "crv": "Ed448"}})),
        ("extra", "Truly signed, with one more header.", _sign(key, {**header, "crit": ["exp"], "exp": 1})),
        ("private", "Truly signed, with the private key in it.", _sign(key, {**header, "jwk": {**jwk, "d": jwk["x"]}})),
        ("kid", "Truly signed, under another's thumbprint.", _sign(key, {**header, "kid": "x" * 43})),
        ("key", "The header of another.", f"{helper[0]}.{payload}.{signature}"),
        ("changed", "Other words.", f"{head}.{_part({'versie': 2})}.{signature}"),
        ("bit", "A bit of the signature changed.", f"{head}.{payload}.{_text(flipped(_raw(signature), 77))}"),
        ("spelling", "The signature in another spelling.", f"{head}.{payload}.{signature[:-1]}{_next(signature[-1])}"),
        ("padded", "With the padding of base64.", f"{receipt}=="),
        ("cut", "The last character is missing.", receipt[:-1]),
        ("two-parts", "No signature.", f"{head}.{payload}"),
        ("twice", "A name that comes twice.", by.open.sign(b'{"a":1,"a":2}', typ=RECEIPT)),
        ("list", "A list.", by.open.sign(b"[]", typ=RECEIPT)),
        ("nan", "Not a number.", by.open.sign(b'{"a":NaN}', typ=RECEIPT)),
    ):
        _refused(f"receipt-{name}", about, {"open": "receipt", "receipt": text})


def _sign(key: Ed25519PrivateKey, header: dict[str, Any]) -> str:
    text = f"{_part(header)}.{_text(PAYLOAD)}"
    return f"{text}.{_text(key.sign(text.encode()))}"


def _part(data: dict[str, Any]) -> str:
    return _text(json.dumps(data, separators=(",", ":")).encode())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _raw(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _next(character: str) -> str:
    """Decodes to the same bytes at the end of 64 of them: the last four bits are dropped."""
    return {"A": "B", "Q": "R", "g": "h", "w": "x"}[character]


def _opens(name: str, about: str, case: dict[str, Any], expected: bytes) -> None:
    _write(HERE / "opens" / f"{name}.json", {"about": about, **case, "expect": expected})


def _refused(name: str, about: str, case: dict[str, Any]) -> None:
    _write(HERE / "refused" / f"{name}.json", {"about": about, **case})


def _write(path: Path, data: dict[str, Any]) -> None:
    if not path.exists():
        path.write_text(json.dumps(data, indent=1, default=bytes.hex) + "\n")


if __name__ == "__main__":
    main()
