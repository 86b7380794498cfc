"""Builds the style sheet: the design system pruned to what our templates use, our theme, our own few rules.

Reads `vendor/nlds/*.tgz` (checked against SHA256SUMS) and `mailbox/web/`; writes `mailbox/web/static/app.<hash>.css`.
The same input gives the same bytes.
"""

from __future__ import annotations

import hashlib
import re
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import tinycss2  # type: ignore[import-untyped]

ROOT: Final = Path(__file__).parents[1]
VENDOR: Final = ROOT / "vendor" / "nlds"
WEB: Final = ROOT / "mailbox" / "web"
COMPONENTS: Final = ("utrecht-component-library-css-9.0.4.tgz", "package/dist/index.css")
TOKENS: Final = ("nl-design-system-unstable-voorbeeld-design-tokens-7.4.1.tgz", "package/dist/theme.css")
BANNER: Final = """/*! Contains @utrecht/component-library-css 9.0.4 and
 * @nl-design-system-unstable/voorbeeld-design-tokens 7.4.1,
 * pruned to the rules and tokens in use. Licensed under the EUPL-1.2:
 * https://interoperable-europe.ec.europa.eu/collection/eupl */
"""
COMPOSED: Final = frozenset(
    {
        "utrecht-button--primary-action",
        "utrecht-button--secondary-action",
        "utrecht-button-link--primary-action",
        "utrecht-button-link--secondary-action",
        "utrecht-checkbox",
        "utrecht-checkbox--html-input",
        "utrecht-radio-button",
        "utrecht-radio-button--html-input",
        *(f"utrecht-heading-{level}" for level in range(1, 7)),
    }
)
"""Classes that templates and code put together from parts, so that no file holds the whole word."""
_CLASS: Final = re.compile(r"\.(-?[_a-zA-Z][\w-]*)")
_VAR: Final = re.compile(r"var\(\s*(--[\w-]+)")
_WORD: Final = re.compile(r"[\w-]+")


def build() -> str:
    """The whole style sheet."""
    used = set(COMPOSED) | set(_WORD.findall("\n".join(_sources())))
    components = "\n".join(_kept(_parse(_vendored(*COMPONENTS)), used))
    theme, own = (WEB / "style" / name for name in ("theme.css", "mo.css"))
    rest = f"{theme.read_text()}\n{own.read_text()}"
    return BANNER + "\n".join([_tokens(components + rest), _squeezed(components), rest])


def write() -> Path:
    """Writes the style sheet under the name of its content, and removes older ones."""
    content = build()
    file = WEB / "static" / f"app.{hashlib.sha256(content.encode()).hexdigest()[:12]}.css"
    for old in file.parent.glob("app.*.css"):
        old.unlink()
    file.write_text(content)
    return file


def _sources() -> Iterator[str]:
    for pattern in ("templates/**/*.html", "*.py"):
        for file in sorted(WEB.glob(pattern)):
            yield file.read_text()


def _vendored(archive: str, member: str) -> str:
    lines = (VENDOR / "SHA256SUMS").read_text().splitlines()
    sums = {name: digest for digest, name in (line.split() for line in lines)}
    content = (VENDOR / archive).read_bytes()
    if hashlib.sha256(content).hexdigest() != sums[archive]:
        raise SystemExit(f"{archive} is not what SHA256SUMS says")
    with tarfile.open(VENDOR / archive) as tar:
        file = tar.extractfile(member)
        assert file is not None  # noqa: S101 - the pinned archive has it
        return file.read().decode()


def _parse(css: str) -> list[Any]:
    return list(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True))


def _kept(rules: Iterable[Any], used: set[str]) -> Iterator[str]:
    """Rules with a selector whose classes are all in use; conditional groups with what is left in them."""
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = list(_selectors(rule.prelude))
            kept = [s for s in selectors if (classes := set(_CLASS.findall(s))) and classes <= used]
            if kept and rule.content:
                yield f"{', '.join(kept)} {{{tinycss2.serialize(rule.content)}}}"
        elif rule.type == "at-rule" and rule.content is not None and rule.at_keyword == "media":
            inner = list(_kept(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True), used))
            if inner:
                yield f"@media {tinycss2.serialize(rule.prelude).strip()} {{{' '.join(inner)}}}"


def _selectors(prelude: Iterable[Any]) -> Iterator[str]:
    """The selectors of a list. A comma inside brackets, as in `:not(a, b)`, does not end one."""
    parts: list[Any] = []
    for part in prelude:
        if part == ",":
            yield tinycss2.serialize(parts).strip()
            parts = []
        else:
            parts.append(part)
    yield tinycss2.serialize(parts).strip()


def _tokens(css: str) -> str:
    """The tokens that the kept rules use, followed to their ends."""
    defined: dict[str, str] = {}
    for rule in _parse(_vendored(*TOKENS)):
        if rule.type == "qualified-rule":
            for item in tinycss2.parse_declaration_list(rule.content, skip_comments=True, skip_whitespace=True):
                if item.type == "declaration":
                    defined[item.name] = tinycss2.serialize(item.value).strip()
    wanted, live = set(_VAR.findall(css)), set()
    while wanted:
        name = wanted.pop()
        if name in defined and name not in live:
            live.add(name)
            wanted |= set(_VAR.findall(defined[name]))
    return ".voorbeeld-theme {" + "".join(f"{name}:{defined[name]};" for name in sorted(live)) + "}"


def _squeezed(css: str) -> str:
    return re.sub(r"\s*\n\s*", "\n", re.sub(r"[ \t]+", " ", css))


if __name__ == "__main__":
    print(write().relative_to(ROOT))  # noqa: T201 - a tool says what it made
