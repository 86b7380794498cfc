"""The shape of the project holds (decision 0001)."""

from __future__ import annotations

from pathlib import Path

import mailbox

ROOT = Path(__file__).parents[2]


def test_mailbox_is_ours_and_not_the_standard_librarys() -> None:
    assert mailbox.__file__ == str(ROOT / "mailbox" / "__init__.py")
    assert not hasattr(mailbox, "mbox")


def test_lock_files_have_hashes_and_name_no_host() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text
        assert "--index" not in text


def test_every_pinned_requirement_is_hashed() -> None:
    lines = (ROOT / "requirements-dev.lock").read_text().replace("\\\n", " ").splitlines()
    pins = [line for line in lines if "==" in line]
    assert len(pins) > 50
    assert [line for line in pins if "--hash=" not in line] == []
