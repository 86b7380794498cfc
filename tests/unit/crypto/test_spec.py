"""SPEC.md says what the code does: its examples are in the vectors, and its numbers are the code's."""

from __future__ import annotations

import base64
import json
import re
from itertools import pairwise
from pathlib import Path

import mailbox.crypto
from mailbox.crypto.encoding import pae

SPEC = (Path(mailbox.crypto.__file__).parent / "SPEC.md").read_text()
VECTORS = Path(__file__).parents[2] / "vectors"
HEX = re.compile(r"(?<![0-9a-zA-Z])[0-9a-f]{16,}(?![0-9a-zA-Z])")


def test_examples_are_in_the_vectors() -> None:
    stored = "".join(path.read_text() for path in sorted(VECTORS.rglob("*.json"))) + pae(b"test").hex()
    examples = HEX.findall(SPEC)
    assert len(examples) == 23
    assert [example for example in examples if example not in stored] == []


def test_parts_of_one_example_follow_each_other() -> None:
    """A block of lines of hexadecimal is one stored value."""
    stored = "".join(path.read_text() for path in sorted(VECTORS.rglob("*.json")))
    blocks = re.findall(r"(?:^    [0-9a-f]{2}[0-9a-f ]*(?:  .*)?\n){2,}", SPEC, re.MULTILINE)
    values = ["".join("".join(_hex(line)) for line in block.splitlines()) for block in blocks]
    assert len(values) == 4
    assert [value for value in values if value not in stored] == []


def _hex(line: str) -> list[str]:
    return re.findall(r"\b(?:[0-9a-f]{2})+\b", line.strip().split("  ")[0])


def test_the_example_of_a_header_is_that_of_the_receipt() -> None:
    shown = re.findall(r"^    (\{\"alg\".*\n    .*\})$", SPEC, re.MULTILINE)
    head = json.loads((VECTORS / "opens" / "receipt.json").read_text())["receipt"].split(".")[0]
    assert [base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)).decode()] == [
        line.replace("\n    ", "") for line in shown
    ]


def test_files_that_the_text_names_are_there() -> None:
    named = set(re.findall(r"`((?:opens|refused)/[a-z-]+\.json|[a-z]+\.json|[a-z_]+\.py)`", SPEC))
    there = {str(path.relative_to(VECTORS)) for path in VECTORS.rglob("*")}
    there |= {path.name for path in Path(__file__).parent.iterdir()}
    assert len(named) >= 6
    assert sorted(named - there) == []


def test_sections_count_up() -> None:
    numbers = [int(number) for number in re.findall(r"^## (\d+)\.", SPEC, re.MULTILINE)]
    assert numbers[0] == 1
    assert [later - earlier for earlier, later in pairwise(numbers)] == [1] * (len(numbers) - 1)


def test_labels_are_the_codes() -> None:
    """Every label of version 1 in the code is in the text, and the other way round."""
    folder = Path(mailbox.crypto.__file__).parent
    code = "".join(path.read_text() for path in sorted(folder.glob("*.py")))
    label = re.compile(r'"(mo/v1/[a-z/-]*)')
    used = set(label.findall(code)) - {"mo/v1/"}  # the subject's kind is added to it
    assert used == set(label.findall(SPEC)) - {"mo/v1/bsn", "mo/v1/pseudonym"}
