"""Lines of a file for a spreadsheet. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from mailbox.web.formats import one_line

BYTE_ORDER_MARK: Final = "\ufeff"
"""Tells a spreadsheet that the file is UTF-8."""
_FORMULA: Final = frozenset("=+-@＝＋－＠")
"""A cell that begins with one of these may be run as a formula (OWASP, CSV injection)."""


def csv_head(columns: Iterable[str]) -> str:
    """The first line of a file."""
    return BYTE_ORDER_MARK + csv_row(columns)


def csv_row(cells: Iterable[str]) -> str:
    """One line, each cell quoted (RFC 4180) and none of them a formula.

    Semicolons: what spreadsheets in the Netherlands expect.
    """
    return ";".join(map(_cell, cells)) + "\r\n"


def _cell(text: str) -> str:
    plain = one_line(text).strip()
    safe = f"'{plain}" if _FORMULA.intersection(plain[:1]) else plain
    return '"' + safe.replace('"', '""') + '"'
