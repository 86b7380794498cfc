"""The schema files beside this module: read once, published as they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

_FOLDER: Final = Path(__file__).parent
_ENDING: Final = ".v1.schema.json"
BERICHT: Final = "bericht"


@dataclass(frozen=True, kw_only=True, slots=True)
class Berichtsoort:
    """A kind of letter: its code, its Dutch name and the natures it may have (Awb 2:10)."""

    code: str
    title: str
    natures: tuple[str, ...]


@cache
def berichtsoorten() -> Mapping[str, Berichtsoort]:
    """Every kind of letter, by code."""
    documents = {code: schema_document(code) for code in SCHEMA_NAMES if code != BERICHT}
    return {code: _berichtsoort(code, document) for code, document in documents.items()}


def schema_document(name: str) -> dict[str, Any]:
    """The schema of `bericht` or of a kind of letter, as published.

    Raises:
        KeyError: no such schema.
    """
    return _documents()[name]


@cache
def _documents() -> dict[str, dict[str, Any]]:
    files = [_FOLDER / f"{BERICHT}{_ENDING}", *sorted((_FOLDER / "berichtsoort").glob(f"*{_ENDING}"))]
    return {file.name.removesuffix(_ENDING): json.loads(file.read_text(encoding="utf-8")) for file in files}


def _berichtsoort(code: str, document: dict[str, Any]) -> Berichtsoort:
    nature = document["properties"]["aard"]
    natures = (nature["const"],) if "const" in nature else tuple(nature["enum"])
    return Berichtsoort(code=code, title=document["title"], natures=natures)


SCHEMA_NAMES: Final = tuple(_documents())
"""`bericht` first, then the kinds of letters in order."""
