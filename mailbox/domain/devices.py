"""From what somebody logged in: so much that its owner knows it again, and too little to follow it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_BROWSERS: Final[Mapping[str, re.Pattern[str]]] = {
    "Edge": re.compile(r"\bEdg(?:A|iOS)?/"),
    "Opera": re.compile(r"\bOPR/"),
    "Samsung Internet": re.compile(r"\bSamsungBrowser/"),
    "Firefox": re.compile(r"\b(?:Firefox|FxiOS)/"),
    "Chrome": re.compile(r"\b(?:Chrome|CriOS)/"),
    "Safari": re.compile(r"\bVersion/[\d.]+ (?:Mobile/\w+ )?Safari/"),
}
"""In this order: most of them also name the ones below."""
_HANDHELD: Final = re.compile(r"\b(?:Mobile|Mobi|Tablet|Android|iPhone|iPad)\b")


@dataclass(frozen=True, kw_only=True, slots=True)
class Device:
    """What kind of device, and with which browser; empty: another than we know. No version, no model."""

    handheld: bool
    browser: str

    @classmethod
    def of_user_agent(cls, text: str) -> Device | None:
        """What a browser says of itself (RFC 9110 §10.1.5), which need not be true. None: it says nothing."""
        if not text.strip():
            return None
        named = (name for name, pattern in _BROWSERS.items() if pattern.search(text))
        return cls(handheld=_HANDHELD.search(text) is not None, browser=next(named, ""))
