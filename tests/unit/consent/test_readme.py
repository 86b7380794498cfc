"""The example in `consent/README.md` is true."""

from __future__ import annotations

import re
from pathlib import Path

from consent import State

README = Path(__file__).resolve().parents[3] / "consent" / "README.md"


def test_the_example_runs() -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", README.read_text(), re.DOTALL | re.MULTILINE)
    assert len(blocks) == 1
    exec(compile(blocks[0], str(README), "exec"), {})  # noqa: S102 - our own words


def test_every_state_is_in_the_picture() -> None:
    text = README.read_text()
    assert [state for state in State if state.value not in text] == []
