"""Every route for people and their apps, from the application's own table, and what its parameters name.

A route that is added tomorrow is attacked tomorrow. One with a parameter that nobody knows here makes the tests fail,
and says what to add.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from mailbox.web.guard import is_page
from tests.web.story import NOW_MS

READERS: Final = "/inzage/v1"
OF_NOBODY: Final = ("/aanlever/v1", "/oauth", "/.well-known", "/kennisgevingen", "/healthz", "/readyz")
"""For senders, who have no person (`test_senders_know_nothing`), for NotifyNL, and about the service itself."""
UNKNOWN: Final = "00000000-0000-4000-8000-000000000000"
THINGS: Final = frozenset({"letter_id", "grant_id", "draft_id", "concept_id", "joining_id", "counter_id", "ref"})
"""Parameters that name what is somebody's. `House.theirs` has one of each, and every intruder one of their own."""
PARTS: Final[Mapping[str, str]] = {"key": "digid", "number": "0", "step": "mag", "name": "app.css"}
"""Parameters that name a part of such a thing, with a part that is there. They are the same for everybody."""
ASKED: Final[Mapping[str, str]] = {
    "brief": "letter_id",
    "wie": "grant_id",
    "nieuw": "grant_id",
    "voor": "cursor",
    "vraag": "question",
}
"""Fields of a query that name what is somebody's, and what they name."""
WORDS: Final[Mapping[str, str]] = {
    "aantal": "1",
    "afzender": "",
    "alle": "1",
    "archief": "",
    "datum": "",
    "formulier": "weg",
    "gedaan": "gestopt",
    "inhoud": "alles",
    "naar": "/post",
    "op": str(NOW_MS),
    "pagina": "1",
    "periode": "30",
    "regel": "1",
    "toon": "",
    "volgorde": "",
    "zoek": "",
}
"""Fields of a query that name nothing of anybody, each with something that may stand there."""
ENDING: Final = frozenset({"/instellingen/apparaten/uit", "/instellingen/apparaten/overal-uit", "/uitloggen"})
"""Forms that end the session that a walk goes with: they come last, or all after them would see nothing anyway."""
_FIELD: Final = re.compile(r"{(\w+)(?::\w+)?}")
_DECORATED: Final = re.compile(r"^@\w+\.(?:get|post|put|patch|delete)\(|\.add_api_route\(", re.MULTILINE)

Things = Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A route for people, as the application has it. `asks`: the fields of its query."""

    method: str
    path: str
    asks: tuple[str, ...]

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(_FIELD.findall(self.path))

    @property
    def things(self) -> tuple[str, ...]:
        """What of somebody's its address names."""
        return tuple(name for name in self.parameters if name in THINGS)

    def at(self, things: Things) -> str:
        """Its address, for these things."""
        return self.path.format(**PARTS, **things)

    def queries(self, theirs: Things) -> Iterator[tuple[Things, Things]]:
        """Each field of its query that can name something of theirs, beside the same with what does not exist."""
        words = {name: WORDS[name] for name in self.asks if name in WORDS}
        for name in self.asks:
            if name in ASKED:
                yield {**words, name: theirs[ASKED[name]]}, {**words, name: UNKNOWN}

    def mixtures(self, own: Things, theirs: Things) -> Iterator[tuple[Things, Things]]:
        """Each way to fill in something of theirs, beside the same with what does not exist in its place."""
        for choice in product(("own", "theirs", "unknown"), repeat=len(self.things)):
            if "theirs" in choice:
                chosen = dict(zip(self.things, choice, strict=True))
                tried, unknown = dict(theirs), dict(theirs)
                for name, whose in chosen.items():
                    tried[name] = {"own": own[name], "theirs": theirs[name], "unknown": UNKNOWN}[whose]
                    unknown[name] = own[name] if whose == "own" else UNKNOWN
                yield tried, unknown


def pages_of(app: FastAPI) -> list[Page]:
    """Every route for people."""
    return _routes(app, is_page)


def reader_routes_of(app: FastAPI) -> list[Page]:
    """Every route for the apps of people."""
    return _routes(app, lambda path: path.startswith(READERS))


def unwalked(app: FastAPI) -> set[str]:
    """Routes that no walk sees: neither a page, nor for apps, nor for senders."""
    paths = {context.path for context in iter_route_contexts(app.routes) if context.path}
    return {path for path in paths if not is_page(path) and not path.startswith((READERS, *OF_NOBODY))}


def routes_in_source(folder: str) -> int:
    """How many routes the files of this folder declare: another way to count than the table."""
    files = Path(folder).rglob("*.py")
    return sum(len(_DECORATED.findall(file.read_text())) for file in files)


def _routes(app: FastAPI, wanted: Callable[[str], bool]) -> list[Page]:
    found = {
        Page(method=method, path=context.path, asks=tuple(sorted(_queries(context.dependant))))
        for context in iter_route_contexts(app.routes)
        if context.path and wanted(context.path)
        for method in context.methods or ()
        if method != "HEAD"
    }
    for page in found:
        _check_known(page)
    return sorted(found, key=lambda page: (page.path in ENDING, page.path, page.method))


def _queries(dependant: Dependant) -> set[str]:
    below = [_queries(part) for part in dependant.dependencies]
    return {field.alias for field in dependant.query_params}.union(*below)


def _check_known(page: Page) -> None:
    for name in set(page.parameters) - THINGS - PARTS.keys():
        raise AssertionError(
            f"{page.method} {page.path} names {name!r}, which no attack knows. If it is somebody's: add it to THINGS in"
            " tests/attacks/routes.py, to House.theirs and to `settled` in intruders.py. Else: to PARTS."
        )
    for name in set(page.asks) - ASKED.keys() - WORDS.keys():
        raise AssertionError(
            f"{page.method} {page.path} asks for {name!r}, which no attack knows. If it names what is somebody's: add"
            " it to ASKED in tests/attacks/routes.py. Else: to WORDS."
        )
