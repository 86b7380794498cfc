"""`consent verify`: a true receipt is told in plain words, all else is refused in one line; nothing is needed."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from consent import Happened, record_to_json
from mailbox.cli import main
from mailbox.crypto import RECEIPT, to_paper
from mailbox.crypto.signing import SigningKey
from tests.consent_records import ACCEPTED, SIGNER, event, offered, record, signed

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "tests" / "vectors" / "consent"
FORGER = SigningKey(b"\x02" * 32)
TAMPERED: Any = record_to_json(record(offered(), ACCEPTED, event(Happened.PAUSED, hours=3)))


class Verifier:
    """Writes a file and verifies it; what came out is kept for the next look."""

    def __init__(self, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self._capsys, self.file = capsys, folder / "bewijs.jws"
        self.out = self.err = ""

    def __call__(self, content: str | bytes, *options: str) -> int:
        self.file.write_bytes(content.encode() if isinstance(content, str) else content)
        return self.run(str(self.file), *options)

    def run(self, *arguments: str) -> int:
        try:
            code = main(("consent", "verify", *arguments))
        except SystemExit as exc:  # argparse
            code = int(exc.code or 0)
        self.out, self.err = self._capsys.readouterr()
        return code


@pytest.fixture
def verify(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Verifier:
    return Verifier(capsys, tmp_path)


def refused(verify: Verifier, content: str | bytes, *options: str) -> str:
    """The one line that says why."""
    assert (verify(content, *options), verify.out) == (1, "")
    (line,) = verify.err.splitlines()
    return line


def test_a_true_receipt_is_told(verify: Verifier) -> None:
    assert verify(signed(record())) == 0
    for words in (
        "Jaylano Meerman",
        "Karin Bos (Buurthuis De Brug)",
        "in force, as of 2026-11-26 13:00",
        SIGNER.key_id,
    ):
        assert words in verify.out
    assert "A true signature says only that the holder of this key signed these words." in verify.out
    assert '"Bewijs van uw toestemming"' in verify.out


@pytest.mark.parametrize("form", ["receipt.jws", "receipt.paper.txt"])
def test_a_receipt_that_was_kept_is_read_the_same_for_ever(verify: Verifier, form: str) -> None:
    assert verify.run(str(KEPT / form)) == 0
    assert verify.out == (KEPT / "receipt.told.txt").read_text()


def test_it_needs_nothing_around_it(tmp_path: Path) -> None:
    """No environment, no settings, no database: not even the libraries for them."""
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); from mailbox.cli import main; "
         "code = main(); print(sorted({'sqlalchemy', 'fastapi'} & sys.modules.keys())); sys.exit(code)",
         "consent", "verify", str(KEPT / "receipt.jws")],
        cwd=tmp_path,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (KEPT / "receipt.told.txt").read_text() + "[]\n"


def test_as_a_command_with_an_empty_environment() -> None:
    command = [sys.executable, "-m", "mailbox", "consent", "verify", str(KEPT / "receipt.paper.txt")]
    done = subprocess.run(command, cwd=ROOT, env={}, capture_output=True, text=True, check=False)  # noqa: S603 - as above
    assert (done.returncode, done.stderr, done.stdout) == (0, "", (KEPT / "receipt.told.txt").read_text())


@pytest.mark.parametrize("around", [("", "\n"), ("\ufeff", "\r\n"), ("  ", "  ")])
def test_what_a_text_editor_adds_does_not_matter(verify: Verifier, around: tuple[str, str]) -> None:
    before, after = around
    assert verify(before + signed(record()) + after) == 0
    assert verify(before + to_paper(signed(record())) + after) == 0


def test_the_key_that_one_knows(verify: Verifier) -> None:
    assert verify(signed(record()), "--key", SIGNER.key_id) == 0
    assert "It is the key that you gave." in verify.out
    assert "another key" in refused(verify, signed(record()), "--key", FORGER.key_id)


@pytest.mark.parametrize("key", ["", "x", "x" * 42, "x" * 44, "é" * 43, "x" * 42 + "="])
def test_what_is_no_thumbprint_is_wrong_use(verify: Verifier, key: str) -> None:
    assert verify(signed(record()), "--key", key) == 2
    assert verify.out == ""


@pytest.mark.parametrize("arguments", [[], ["a", "b"], ["--key"]])
def test_wrong_use(verify: Verifier, arguments: list[str]) -> None:
    assert verify.run(*arguments) == 2
    assert verify.err.startswith("usage: python -m mailbox ")


@pytest.mark.parametrize("name", sorted(TAMPERED))
def test_a_changed_field_breaks_the_signature(verify: Verifier, name: str) -> None:
    head, _, signature = signed(TAMPERED).split(".")
    other = signed({**TAMPERED, name: "anders"}).split(".")[1]
    assert "it was changed after it was signed" in refused(verify, f"{head}.{other}.{signature}")


def test_who_signs_a_forgery_is_not_the_citizen(verify: Verifier) -> None:
    """Truly signed with the forger's own key: as the citizen's, and as the forger's."""
    assert "signed by another than the citizen" in refused(verify, signed(record(), FORGER))
    own = signed(record(principal=FORGER.key_id), FORGER)
    assert verify(own) == 0
    assert "another key" in refused(verify, own, "--key", SIGNER.key_id)


def test_a_signed_record_that_says_two_things_is_refused(verify: Verifier) -> None:
    wider = json.loads(json.dumps(TAMPERED))
    wider["authorization_details"][0]["agencies"] = "*"
    assert "its fields do not say the same" in refused(verify, signed(wider))
    assert "cannot have followed each other" in refused(
        verify, signed({**TAMPERED, "events": [TAMPERED["events"][0], TAMPERED["events"][2]]})
    )


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"schema_version": TAMPERED["schema_version"].replace("v1", "v2")}, "/schema_version"),
        ({"bsn": "999990019"}, "the whole"),
        ({"party_identification": [{"party_name": "geheim\x1b[31mwoord"}]}, "/party_identification"),
    ],
)  # fmt: skip
def test_another_form_is_refused_with_its_place_and_no_value(
    verify: Verifier, change: dict[str, Any], place: str
) -> None:
    line = refused(verify, signed({**TAMPERED, **change}))
    assert f"{place}" in line
    assert [value for value in ("999990019", "geheim", "\x1b") if value in line] == []


HEAD, PAYLOAD, SIGNATURE = signed(record()).split(".")
DEEP = SIGNER.sign(b"[" * 200_000, typ=RECEIPT)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"\x00" * 100,
        b"\xff\xfe\x00",
        signed(record()).encode("utf-16"),
        b"{}",
        HEAD,
        f"{HEAD}.{PAYLOAD}",
        f"{HEAD}.{PAYLOAD}.",
        f"{HEAD}.{PAYLOAD}.{SIGNATURE}.{SIGNATURE}",
        f"{HEAD}..{SIGNATURE}",
        f"{SIGNATURE}.{PAYLOAD}.{HEAD}",
        signed(record()).replace(".", ".\n"),
        DEEP,
        SIGNER.sign(b'{"a":' * 5_000 + b"1" + b"}" * 5_000, typ=RECEIPT),
        SIGNER.sign(b'{"issued_at":1' + b"0" * 5_000 + b"}", typ=RECEIPT),
        SIGNER.sign(b'{"a":1,"a":1}', typ=RECEIPT),
        SIGNER.sign(b"\xff", typ=RECEIPT),
        signed(record()).split(".")[0] + "." + "A" * 1_000_000 + ".AAAA",
        "MO1:",
        "MO1:AAAA",
        to_paper(signed(record()))[:-6],
    ],
    ids=range(22),
)
def test_hostile_files_are_no_receipts(verify: Verifier, content: str | bytes) -> None:
    line = refused(verify, content)
    assert line.startswith(("This is not a receipt", "Do not trust"))


def test_a_large_file_is_refused_before_it_is_read(verify: Verifier) -> None:
    with verify.file.open("wb") as file:
        file.truncate(10_000_000_000)  # takes no room: nothing was written
    assert (verify.run(str(verify.file)), verify.err) == (1, "The file is too large to be a receipt.\n")
    assert (verify.run("/dev/zero"), verify.err) == (1, "The file is too large to be a receipt.\n")


def test_a_file_that_cannot_be_read_is_told(verify: Verifier, tmp_path: Path) -> None:
    for path in (tmp_path / "nergens", tmp_path, Path("/dev/null/x")):
        assert (verify.run(str(path)), verify.out) == (1, "")
        assert verify.err.startswith("The file cannot be read: ")
        assert len(verify.err.splitlines()) == 1


def test_another_kind_of_signature_is_told_as_such(verify: Verifier) -> None:
    """Of one's own letters, or as others sign."""
    assert "not a receipt" in refused(verify, SIGNER.sign(b"{}", typ="JWT"))
    header = json.dumps({"alg": "none", "jwk": SIGNER.public_jwk, "kid": SIGNER.key_id, "typ": RECEIPT})
    part = base64.urlsafe_b64encode(header.encode()).rstrip(b"=").decode()
    assert "EdDSA with Ed25519" in refused(verify, f"{part}.{PAYLOAD}.AA")


def test_every_byte_of_the_file_matters(verify: Verifier) -> None:
    whole = signed(record())
    for place in range(0, len(whole), 37):
        other = "A" if whole[place] != "A" else "B"
        refused(verify, whole[:place] + other + whole[place + 1 :])
