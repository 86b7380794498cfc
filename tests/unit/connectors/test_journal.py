from __future__ import annotations

from pathlib import Path

import pytest

from connectors.journal import Journal


def test_a_journal_remembers(tmp_path: Path) -> None:
    with Journal(tmp_path / "new" / "cjib") as journal:
        journal.add(["CJIB-1", "CJIB-2"])
        journal.add(["CJIB-2", "CJIB-3"])
    assert (tmp_path / "new" / "cjib").read_text() == "CJIB-1\nCJIB-2\nCJIB-3\n"
    with Journal(tmp_path / "new" / "cjib") as journal:
        assert [f"CJIB-{n}" in journal for n in range(5)] == [False, True, True, True, False]


@pytest.mark.parametrize("torn", [b"CJIB-2", b"CJIB-2\x00\xff", b"\x00" * 40])
def test_a_torn_last_line_does_not_count_and_is_written_over(tmp_path: Path, torn: bytes) -> None:
    file = tmp_path / "cjib"
    file.write_bytes(b"CJIB-1\n" + torn)
    with Journal(file) as journal:
        assert ("CJIB-1" in journal, "CJIB-2" in journal) == (True, False)
        journal.add(["CJIB-3"])
    assert file.read_bytes() == b"CJIB-1\nCJIB-3\n"


def test_a_spoilt_line_costs_one_letter_sent_twice_and_no_more(tmp_path: Path) -> None:
    file = tmp_path / "cjib"
    file.write_bytes(b"CJIB-1\n\xff\xfe\nCJIB-2\n")
    with Journal(file) as journal:
        assert ("CJIB-1" in journal, "CJIB-2" in journal) == (True, True)


def test_a_reference_is_a_whole_line(tmp_path: Path) -> None:
    with Journal(tmp_path / "cjib") as journal:
        journal.add(["CJIB 1"])
    with Journal(tmp_path / "cjib") as journal:
        assert ("CJIB" in journal, "CJIB 1" in journal) == (False, True)


def test_what_was_added_is_on_disk_before_it_counts(tmp_path: Path) -> None:
    with Journal(tmp_path / "cjib") as journal:
        journal.add(["CJIB-1"])
        assert (tmp_path / "cjib").read_text() == "CJIB-1\n"
