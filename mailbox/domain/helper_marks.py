"""What a helper says of a letter, for themselves alone."""

from __future__ import annotations

from enum import StrEnum


class HelperMark(StrEnum):
    """How far a helper got with a letter. It says nothing of what its citizen read or did."""

    SEEN = "gezien"
    DONE = "afgehandeld"
