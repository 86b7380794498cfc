"""What is sealed for the worker opens for it alone; its key is made once and read by its owner only."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mailbox.crypto import KekFileRefused, WorkerKeyFile
from mailbox.domain.errors import SealBroken
from tests.unit.crypto.keyring import flipped, operator, shared_operator

KEK = shared_operator().kek
IDS = (b"m" * 16, b"a" * 16)


def test_it_opens_for_the_worker_in_one_size(tmp_path: Path) -> None:
    key = WorkerKeyFile(tmp_path / "worker.json")
    boxes = [key.sealer(KEK).seal("alert", IDS, text) for text in (b"", b"x" * 351)]
    assert {len(box) for box in boxes} == {1521}
    opener = WorkerKeyFile(tmp_path / "worker.json").opener(KEK)
    assert [opener.open("alert", IDS, box) for box in boxes] == [b"", b"x" * 351]


def test_for_another_purpose_place_key_or_operator_it_does_not(tmp_path: Path) -> None:
    key = WorkerKeyFile(tmp_path / "worker.json")
    box, opener = key.sealer(KEK).seal("alert", IDS, b"text"), key.opener(KEK)
    other_worker = WorkerKeyFile(tmp_path / "other.json").opener(KEK)
    other_operator = key.opener(operator(tmp_path).kek)
    for by, purpose, ids, sealed in (
        (opener, "contact", IDS, box),
        (opener, "alert", IDS[::-1], box),
        (opener, "alert", IDS, flipped(box, 9_000)),
        (opener, "alert", IDS, b""),
        (other_worker, "alert", IDS, box),
        (other_operator, "alert", IDS, box),
    ):
        with pytest.raises(SealBroken):
            by.open(purpose, ids, sealed)


def test_who_only_seals_needs_only_the_public_half(tmp_path: Path) -> None:
    path = tmp_path / "worker.json"
    key = WorkerKeyFile(path)
    private = path.read_bytes()
    path.unlink()
    box = WorkerKeyFile(path).sealer(KEK).seal("alert", IDS, b"text")
    with pytest.raises(KekFileRefused):
        WorkerKeyFile(path).opener(KEK)
    path.write_bytes(private)
    path.chmod(0o600)
    assert key.opener(KEK).open("alert", IDS, box) == b"text"
    assert private not in path.with_suffix(".pub").read_bytes()


def test_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: WorkerKeyFile(tmp_path / "worker.json"), range(8)))
    box = keys[0].sealer(KEK).seal("alert", IDS, b"text")
    assert {key.opener(KEK).open("alert", IDS, box) for key in keys} == {b"text"}
    assert sorted(file.name for file in tmp_path.iterdir()) == ["worker.json", "worker.pub"]
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}


@pytest.mark.parametrize("content", ["", "{}", '{"seed": "AA=="}', '{"seed": 1}', "[]"])
def test_a_damaged_file_is_refused(tmp_path: Path, content: str) -> None:
    key = WorkerKeyFile(tmp_path / "worker.json")
    (tmp_path / "worker.json").write_text(content)
    with pytest.raises(KekFileRefused):
        key.opener(KEK)
    (tmp_path / "worker.pub").write_text(content)
    with pytest.raises(KekFileRefused):
        key.sealer(KEK)


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    key = WorkerKeyFile(tmp_path / "worker.json")
    (tmp_path / "worker.json").chmod(0o640)
    with pytest.raises(KekFileRefused):
        key.opener(KEK)


def test_another_format_is_refused(tmp_path: Path) -> None:
    key = WorkerKeyFile(tmp_path / "worker.json")
    stored = json.loads((tmp_path / "worker.json").read_text())
    (tmp_path / "worker.json").write_text(json.dumps({**stored, "format": "mijnoverzicht-worker-2"}))
    with pytest.raises(KekFileRefused):
        key.opener(KEK)
