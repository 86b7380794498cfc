"""The operator's key file: made once, kept private, never half written, never a version lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from mailbox.crypto import FileKek, KekFileRefused
from mailbox.crypto.kek_file import _create, _locked
from mailbox.domain.errors import SealBroken
from tests.unit.crypto.keyring import flipped

ROOT, CONTEXT = b"a person's 32-byte root key ....", b"whose"
START = """
import sys
from pathlib import Path
from mailbox.crypto import FileKek
print("ready", flush=True)
sys.stdin.readline()
print(FileKek(Path(sys.argv[1])).mac("subject-index", b"x").hex(), flush=True)
"""
ROLL = """
import sys
from pathlib import Path
from mailbox.crypto import FileKek
kek = FileKek(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
print(kek.roll(), flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "kek.json"


def processes(script: str, path: Path, number: int) -> list[subprocess.Popen[str]]:
    command = [sys.executable, "-c", script, str(path)]
    return [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our script
        for _ in range(number)
    ]


def at_once(started: list[subprocess.Popen[str]]) -> set[str]:
    """What they answer when all are told to go before any is heard."""
    for process in started:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    return {process.communicate(timeout=60)[0] for process in started}


def ready(started: list[subprocess.Popen[str]]) -> list[str]:
    return [process.stdout.readline() for process in started if process.stdout]


def test_the_first_start_makes_a_private_file(path: Path) -> None:
    assert FileKek(path).versions() == (1,)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["kek.json"]


def test_a_restart_opens_what_was_wrapped(path: Path) -> None:
    version, blob = FileKek(path).wrap(ROOT, CONTEXT)
    assert FileKek(path).unwrap(version, blob, CONTEXT) == ROOT


def test_processes_that_start_at_once_agree(path: Path) -> None:
    started = processes(START, path, 4)
    assert ready(started) == ["ready\n"] * 4
    answers = at_once(started)
    assert answers == {FileKek(path, create=False).mac("subject-index", b"x").hex() + "\n"}
    assert [file.name for file in path.parent.iterdir()] == ["kek.json"]


def test_a_start_that_comes_second_leaves_the_first_ones_file(path: Path) -> None:
    first = FileKek(path)
    _create(path)
    assert FileKek(path).mac("owner", b"x") == first.mac("owner", b"x")


def test_processes_that_roll_at_once_lose_no_version(path: Path) -> None:
    kek = FileKek(path)
    started = processes(ROLL, path, 3)
    assert ready(started) == ["ready\n"] * 3
    assert at_once(started) == {"2\n", "3\n", "4\n"}
    assert kek.versions() == (1, 2, 3, 4)


def test_a_roll_waits_for_another(path: Path) -> None:
    kek = FileKek(path)
    rolling = Thread(target=kek.roll)
    with _locked(path.parent):
        rolling.start()
        rolling.join(0.2)
        assert (rolling.is_alive(), FileKek(path).versions()) == (True, (1,))
    rolling.join(60)
    assert FileKek(path).versions() == (1, 2)


def test_without_create_a_missing_file_is_refused_and_not_made(path: Path) -> None:
    with pytest.raises(KekFileRefused):
        FileKek(path, create=False)
    assert not path.exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o610, 0o606])
def test_a_file_open_to_others_is_refused_with_its_name_and_the_fix(path: Path, mode: int) -> None:
    FileKek(path)
    path.chmod(mode)
    with pytest.raises(KekFileRefused) as refused:
        FileKek(path)
    assert str(refused.value) == f"Anderen kunnen {path} lezen. Herstel dit met: chmod 600 {path}"


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"format": "mijnoverzicht-kek-1"}',
        b'{"format": "mijnoverzicht-kek-1", "keys": [], "mac": ""}',
        b'{"format": "mijnoverzicht-kek-1", "keys": {}, "mac": "%s"}',
        b'{"format": "mijnoverzicht-kek-1", "keys": {"1": 7}, "mac": "%s"}',
        b'{"format": "mijnoverzicht-kek-1", "keys": {"1": "AAAA"}, "mac": "%s"}',
        b'{"format": "mijnoverzicht-kek-1", "keys": {"1": "%s"}, "mac": "AAAA"}',
        b'{"format": "mijnoverzicht-kek-1", "keys": {"1": "!%s"}, "mac": "%s"}',
        b'{"format": "mijnoverzicht-kek-1", "keys": {"01": "%s"}, "mac": "%s"}',
        b'{"format": "mijnoverzicht-kek-1", "keys": {"0": "%s"}, "mac": "%s"}',
        b'{"format": "mijnoverzicht-kek-1", "keys": {"-1": "%s"}, "mac": "%s"}',
        b'{"format": "mijnoverzicht-kek-2", "keys": {"1": "%s"}, "mac": "%s"}',
    ],
)
def test_a_damaged_file_is_refused_without_its_content(path: Path, damage: bytes) -> None:
    FileKek(path)
    path.write_bytes(damage.replace(b"%s", b"A" * 43 + b"="))
    with pytest.raises(KekFileRefused) as refused:
        FileKek(path)
    assert str(refused.value) == f"{path} is beschadigd."


def test_the_form_that_the_damaged_ones_differ_from_is_taken(path: Path) -> None:
    FileKek(path)
    key = "A" * 43 + "="
    path.write_text(json.dumps({"format": "mijnoverzicht-kek-1", "keys": {"1": key}, "mac": key}))
    assert FileKek(path).versions() == (1,)


def test_a_cut_off_file_is_refused(path: Path) -> None:
    FileKek(path)
    whole = path.read_bytes()
    for length in range(len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(KekFileRefused):
            FileKek(path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "kek.json"
    with pytest.raises(KekFileRefused) as refused:
        FileKek(path)
    assert str(refused.value) == f"{path} kan niet worden gemaakt."


def test_every_changed_bit_of_a_wrapped_key_is_refused(path: Path) -> None:
    kek = FileKek(path)
    version, blob = kek.wrap(ROOT, CONTEXT)
    others = [flipped(blob, bit) for bit in range(len(blob) * 8)]
    others += [blob[:length] for length in range(len(blob))] + [blob + b"\0"]
    for other in others:
        with pytest.raises(SealBroken):
            kek.unwrap(version, other, CONTEXT)


def test_a_wrapped_key_opens_in_its_context_and_version_only(path: Path) -> None:
    kek = FileKek(path)
    version, blob = kek.wrap(ROOT, CONTEXT)
    kek.roll()
    for other, context in ((version, b"whose?"), (version + 1, CONTEXT), (9, CONTEXT), (0, CONTEXT), (-1, CONTEXT)):
        with pytest.raises(SealBroken):
            kek.unwrap(other, blob, context)


def test_a_new_version_wraps_and_the_old_one_still_opens(path: Path) -> None:
    kek = FileKek(path)
    old = kek.wrap(ROOT, CONTEXT)
    assert kek.roll() == 2
    new = kek.wrap(ROOT, CONTEXT)
    assert [old[0], new[0]] == [1, 2]
    assert [kek.unwrap(*old, CONTEXT), kek.unwrap(*new, CONTEXT)] == [ROOT, ROOT]


def test_another_process_sees_a_new_version_at_its_next_use(path: Path) -> None:
    operator, door = FileKek(path), FileKek(path)
    operator.roll()
    assert door.versions() == (1, 2)
    assert door.wrap(ROOT, CONTEXT)[0] == 2
    operator.roll()
    assert door.unwrap(*operator.wrap(ROOT, CONTEXT), CONTEXT) == ROOT


def test_what_is_under_a_destroyed_version_is_gone(path: Path) -> None:
    kek = FileKek(path)
    old = kek.wrap(ROOT, CONTEXT)
    kek.roll()
    kek.destroy(1)
    assert kek.versions() == (2,)
    for holder in (kek, FileKek(path)):
        with pytest.raises(SealBroken):
            holder.unwrap(*old, CONTEXT)


def test_the_version_that_wraps_cannot_be_destroyed(path: Path) -> None:
    kek = FileKek(path)
    with pytest.raises(KekFileRefused):
        kek.destroy(1)
    assert kek.versions() == (1,)


def test_nothing_is_wrapped_under_a_key_that_is_no_longer_kept(path: Path) -> None:
    kek = FileKek(path)
    wrapped = kek.wrap(ROOT, CONTEXT)
    path.unlink()
    with pytest.raises(KekFileRefused):
        kek.wrap(ROOT, CONTEXT)
    assert kek.unwrap(*wrapped, CONTEXT) == ROOT  # reading goes on


def test_the_file_of_another_environment_is_refused(path: Path, tmp_path: Path) -> None:
    kek = FileKek(path)
    FileKek(tmp_path / "other.json")
    (tmp_path / "other.json").replace(path)
    with pytest.raises(KekFileRefused):
        kek.wrap(ROOT, CONTEXT)


def test_check_sees_what_happened_to_the_file(path: Path) -> None:
    kek = FileKek(path)
    kek.check()
    path.chmod(0o644)
    with pytest.raises(KekFileRefused):
        kek.check()


def test_a_mac_is_one_purposes_own(path: Path) -> None:
    kek = FileKek(path)
    macs = [kek.mac("owner", b"x"), kek.mac("content", b"x"), kek.mac("owner", b"y"), kek.mac("owner", b"x")]
    assert len(set(macs)) == 3
    assert {len(mac) for mac in macs} == {32}


def test_a_mac_survives_a_roll(path: Path) -> None:
    kek = FileKek(path)
    before = kek.mac("owner", b"x")
    kek.roll()
    assert FileKek(path).mac("owner", b"x") == before


def test_nothing_shows_a_key(path: Path) -> None:
    kek = FileKek(path)
    key = json.loads(path.read_text())["keys"]["1"]
    assert key not in f"{kek!r} {vars(kek)}"
