"""Version 1 of the formats, frozen: these files open, or are refused, for as long as version 1 is read."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from consent import State
from mailbox.crypto import (
    RECEIPT,
    FileKek,
    GrantSecret,
    Keyholder,
    KeyLevel,
    LetterKey,
    OpenGrant,
    OpenMailbox,
    ReceiptRefused,
    Sealer,
    WorkerOpener,
    verify_receipt,
)
from mailbox.crypto.box import open_box
from mailbox.crypto.encoding import pad, pae, unpad
from mailbox.crypto.sealer import crk_context
from mailbox.domain.errors import SealBroken
from mailbox.domain.identifiers import GrantId, LetterId, MailboxId, Oin
from mailbox.domain.people import Subject
from mailbox.domain.sealed import GrantRecord, Keyslot, MailboxDirectory, MailboxEpoch, MailboxKeys, SealedLogEntry
from tests.vectors.reader import Reader, Refused

VECTORS = Path(__file__).parents[2] / "vectors"
OPENS_FOLDER = VECTORS / "opens"
OPENS, REFUSED = sorted((VECTORS / "opens").glob("*.json")), sorted((VECTORS / "refused").glob("*.json"))
TEXTS = frozenset({"about", "open", "purpose", "code", "field", "slot_kind", "bsn", "receipt"})
"""What a vector writes as text; other strings are hexadecimal."""


class Ours:
    """The vectors' world: the operator of operator.json, and the citizen and helper with their stored rows."""

    def __init__(self, folder: Path) -> None:
        path = folder / "kek.json"
        path.write_text((VECTORS / "operator.json").read_text())
        path.chmod(0o600)
        self.kek = FileKek(path, create=False)
        self.sealer, self._keyholder = Sealer(self.kek), Keyholder(self.kek)
        self.citizen, self._helper = self._unlocked("citizen"), self._unlocked("helper")
        self._worker = WorkerOpener(
            self.kek, base64.b64decode(json.loads((VECTORS / "worker.json").read_text())["seed"])
        )
        self._openings: dict[str, Callable[[dict[str, Any]], bytes]] = {
            "box": lambda case: open_box(case["key"], case["aad"], case["box"]),
            "mailbox": lambda case: self._keyholder.unlock(_keys(case))._newest._seed,
            "directory": self._directory,
            "letter-key": lambda case: self.citizen.letter_key(case["letter_id"], case["blob"]).material,
            "grant-key": self._grant_key,
            "field": self._field,
            "message": lambda case: self.citizen.open_message(case["purpose"], tuple(case["context"]), case["sealed"]),
            "log-entry": self._log_entry,
            "operator": lambda case: self.sealer.open_operator(case["purpose"], tuple(case["ids"]), case["box"]),
            "invitation": self._invitation,
            "held": lambda case: self._helper.held(case["ref"], case["blob"]).to_bytes(),
            "worker": lambda case: self._worker.open(case["purpose"], tuple(case["ids"]), case["box"]),
            "note": lambda case: self._helper.noted(case["ref"], case["box"]),
            "live-grants": self._live_grants,
            "signing-key": lambda case: _raw(self._keyholder.unlock(_keys(case)).public_jwk()["x"]),
            "receipt": _receipt,
        }

    def open(self, case: dict[str, Any]) -> bytes:
        return self._openings[case["open"]](case)

    def _unlocked(self, name: str) -> OpenMailbox:
        return self._keyholder.unlock(_keys(load(VECTORS / f"{name}.json")))

    def _directory(self, case: dict[str, Any]) -> bytes:
        directory = MailboxDirectory(
            mailbox_id=case["mailbox_id"],
            subject_box=b"",
            epoch=case["epoch"],
            public=case["public"],
            directory_mac=case["directory_mac"],
            grant_generation=0,
            grants=(),
            grants_mac=None,
        )
        self.sealer.recipient(directory)
        return directory.public

    def _grant_key(self, case: dict[str, Any]) -> bytes:
        grant = OpenGrant(GrantSecret.from_bytes(case["secret"]))
        return grant.letter_key(case["letter_id"], case["blob"]).material

    def _field(self, case: dict[str, Any]) -> bytes:
        letter_id = LetterId(case["letter_id"])
        key = LetterKey(self.citizen.mailbox_id, letter_id, KeyLevel(case["level"]), case["key"])
        field, _, number = case["field"].partition("/")
        if field == "att":
            return key.open_attachment(int(number), case["box"])
        return {"meta": key.open_meta, "body": key.open_body}[field](case["box"])

    def _log_entry(self, case: dict[str, Any]) -> bytes:
        entry = SealedLogEntry(
            mailbox_id=self.citizen.mailbox_id, seq=case["seq"], at_ms=0, commit=case["commit"], sealed=case["sealed"]
        )
        payload = self.citizen.read_entry(entry)
        return payload.prev + payload.body

    def _live_grants(self, case: dict[str, Any]) -> bytes:
        mailbox_id = MailboxId(case["mailbox_id"])
        directory = MailboxDirectory(
            mailbox_id=mailbox_id,
            subject_box=b"",
            epoch=1,
            public=b"",
            directory_mac=b"",
            grant_generation=case["generation"],
            grants=tuple(_grant(mailbox_id, *each) for each in case["grants"]),
            grants_mac=case["mac"],
        )
        self.sealer.check_grants(directory)
        mac: bytes = case["mac"]
        return mac

    def _invitation(self, case: dict[str, Any]) -> bytes:
        secret = self.sealer.open_invitation(
            GrantId(case["grant_id"]), MailboxId(self.citizen.mailbox_id), case["code"], case["box"]
        )
        return secret.to_bytes()


def _keys(stored: dict[str, Any]) -> MailboxKeys:
    epoch = MailboxEpoch(
        epoch=stored["epoch"],
        public=stored["public"],
        directory_mac=stored["directory_mac"],
        seed_wrap=stored["seed_wrap"],
    )
    slot = Keyslot(kind=stored["slot_kind"], kek_version=stored["kek_version"], blob=stored["slot_blob"])
    return MailboxKeys(mailbox_id=MailboxId(stored["mailbox_id"]), keyslot=slot, epochs=(epoch,))


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


def _receipt(case: dict[str, Any]) -> bytes:
    payload, signer = verify_receipt(case["receipt"])
    return signer.encode() + json.dumps(payload, separators=(",", ":")).encode()


def _raw(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def load(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_text())
    return {name: value if name in TEXTS else _bytes(value) for name, value in data.items()}


def _bytes(value: Any) -> Any:
    if isinstance(value, list):
        return [_bytes(each) for each in value]
    return bytes.fromhex(value) if isinstance(value, str) else value


@pytest.fixture
def ours(tmp_path: Path) -> Ours:
    return Ours(tmp_path)


@pytest.fixture
def reader() -> Reader:
    """Another reader, written from SPEC.md."""
    operator = json.loads((VECTORS / "operator.json").read_text())
    worker = json.loads((VECTORS / "worker.json").read_text())
    return Reader(operator, load(VECTORS / "citizen.json"), load(VECTORS / "helper.json"), worker)


def test_there_are_vectors() -> None:
    assert (len(OPENS), len(REFUSED)) == (35, 143)


@pytest.mark.parametrize("path", OPENS, ids=lambda path: path.stem)
def test_opens(ours: Ours, reader: Reader, path: Path) -> None:
    case = load(path)
    assert ours.open(case) == case["expect"]
    assert reader.open(case) == case["expect"]


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.stem)
def test_is_refused(ours: Ours, reader: Reader, path: Path) -> None:
    case = load(path)
    with pytest.raises(ReceiptRefused if case["open"] == "receipt" else SealBroken):
        ours.open(case)
    with pytest.raises(Refused):
        reader.open(case)


def test_every_kind_opens_and_is_refused_somewhere() -> None:
    kinds = [{load(path)["open"] for path in paths} for paths in (OPENS, REFUSED)]
    assert kinds[0] == kinds[1]


def test_a_signature_is_the_same_every_time(ours: Ours) -> None:
    receipt = load(OPENS_FOLDER / "receipt.json")["receipt"]
    assert ours.citizen.sign(_raw(receipt.split(".")[1]), typ=RECEIPT) == receipt


def test_encoding() -> None:
    data = json.loads((VECTORS / "encoding.json").read_text())
    for each in data["pae"]:
        assert pae(*_bytes(each["parts"])).hex() == each["encoded"]
    for each in data["padded"]:
        assert pad(bytes.fromhex(each["text"])).hex() == each["padded"]
        assert unpad(bytes.fromhex(each["padded"])).hex() == each["text"]


def test_tags(ours: Ours) -> None:
    data = json.loads((VECTORS / "tags.json").read_text())
    letter = ours.sealer.letter_id(Oin(data["oin"]), data["reference"])
    actual = {
        "pseudonym_tag": ours.sealer.subject_tag(Subject(kind="pseudonym", value=data["pseudonym"])),
        "letter_id": letter,
        "owner_tag": ours.sealer.owner_tag(Oin(data["oin"]), letter),
        "content_tag": ours.sealer.content_tag(letter, bytes.fromhex(data["content"])),
        "tag": ours.sealer.tag(data["tag_purpose"], *_bytes(data["tag_parts"])),
    }
    assert {name: tag.hex() for name, tag in actual.items()} == {name: data[name] for name in actual}


@pytest.mark.parametrize("name", ["citizen", "helper"])
def test_a_stored_mailbox(ours: Ours, name: str) -> None:
    stored = load(VECTORS / f"{name}.json")
    mailbox_id = MailboxId(stored["mailbox_id"])
    root = ours.kek.unwrap(stored["kek_version"], stored["slot_blob"], crk_context(mailbox_id, stored["slot_kind"]))
    assert root == stored["root"]
    assert ours.sealer.subject_tag(Subject(kind="bsn", value=stored["bsn"])) == stored["subject_tag"]
    subject = ours.sealer.open_operator("subject", (mailbox_id,), stored["subject_box"])
    assert subject == pae(b"bsn", stored["bsn"].encode())
