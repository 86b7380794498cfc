"""The steps of `schemas/README.md` to add a kind of letter, done in a copy of the package."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.berichten import bericht
from tests.processes import ROOT

BLOCK = re.compile(r"^```json (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CHECK = """
import sys
from schemas import check, parse_json
print([(fault.pointer, fault.code) for fault in check(parse_json(sys.stdin.buffer.read()))])
"""


def checked(project: Path, letter: dict[str, object]) -> str:
    """What the copy finds wrong with a letter."""
    run = [sys.executable, "-c", CHECK]
    done = subprocess.run(run, cwd=project, input=json.dumps(letter), capture_output=True, text=True, check=True)  # noqa: S603 - our own command
    return done.stdout


def test_one_file_makes_a_kind_of_letter(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas", ignore=shutil.ignore_patterns("__pycache__"))
    ((where, text),) = BLOCK.findall((ROOT / "schemas" / "README.md").read_text())
    letter = bericht("svb_levensbewijs") | {"berichtsoort": json.loads(text)["properties"]["berichtsoort"]["const"]}
    unknown = checked(tmp_path, letter)
    (tmp_path / where).write_text(text)
    del letter["zaakkenmerk"]
    without_a_term = {name: value for name, value in letter.items() if name != "termijnen"}
    assert unknown == "[('/berichtsoort', 'keuze')]\n"
    assert checked(tmp_path, letter) == "[]\n"
    assert checked(tmp_path, without_a_term) == "[('/termijnen', 'verplicht')]\n"
