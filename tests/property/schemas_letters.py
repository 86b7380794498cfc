"""Letters of all kinds with something changed in them, for the property tests of the schemas."""

from __future__ import annotations

import base64
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from schemas import berichtsoorten
from tests.berichten import bericht

Place = tuple[str | int, ...]

KINDS = st.sampled_from(sorted(berichtsoorten()))
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
NUMBERS = st.integers(-(10**15) + 1, 10**15 - 1)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)
"""Whatever `parse_json` may give."""

_TELLING = st.sampled_from(
    [
        *(
            "",
            " ",
            "\n",
            "x\n",
            "\t",
            "\u202e",
            "\u2066",
            "\x7f",
            "\x1f",
            "\x85",
            "\u2028",
            "é",
            "e\u0301",
            "😀",
            "٣",
            "３",
        ),
        *(
            "2026-02-30",
            "2026-03-02\n",
            "2024-02-29",
            "2026-03-02T09:00:00Z",
            "2026-03-02T09:00:00+24:00",
            "0000-01-01",
        ),
        *("999990019", "000000000", "NL91ABNA0417164300", "NL00ABNA0417164300", "5000056789012345", "0" * 20),
        *(
            "besluit",
            "boete",
            "betalen",
            "ontvangen",
            "bezwaar",
            "BSN",
            "uwv_boete",
            "https://a.example\n",
            "https://a.b@c.d",
        ),
        *("x" * 64, "x" * 65, "é" * 200, "é" * 201, "😀" * 300, "😀" * 301),
        *(0, -1, 10**10, 10**10 + 1, True, False, [], {}, [None], {"": 0}),
    ]
)
"""Values at the edges of what the schemas ask."""


def full(code: str) -> dict[str, Any]:
    """A valid letter of this kind with every field that a letter may have beside what its kind asks."""
    pdf = base64.b64encode(b"%PDF-1.7\n").decode()
    more = {
        "publicatietijdstip": "2026-03-02T09:00:00+01:00",
        "bijlagen": [{"naam": "brief.pdf", "mediaType": "application/pdf", "inhoud": pdf}],
        "afspraak": {"tijdstip": "2026-04-01T09:00:00Z", "plaats": "Kantoor", "telefoon": "0800 0000"},
        "acties": [{"label": "Inloggen", "url": "https://afzender.example/?a=b#c", "wie": "ontvanger"}],
        "rechtsgevolg": "U moet iets doen.",
        "papier": {"verzonden": True, "datum": "2026-03-02", "retour": False},
        "relatie": {"vorige": "TEST-0"},
        "overgenomenVan": {"afzender": "00000099000000005000", "zaakkenmerk": "DUO 1"},
        "alleenGeadresseerde": False,
    }
    return bericht(code, **more)


@st.composite
def changed(draw: st.DrawFn) -> dict[str, Any]:
    """A full letter after one to four changes, anywhere in it."""
    letter = full(draw(KINDS))
    for _ in range(draw(st.integers(1, 4))):
        _change(draw, letter)
    return letter


def places(value: Any, at: Place = ()) -> list[Place]:
    """Every place in the letter but its root."""
    pairs: list[tuple[str | int, Any]] = list(value.items()) if isinstance(value, dict) else []
    pairs = list(enumerate(value)) if isinstance(value, list) else pairs
    return [place for step, part in pairs for place in ((*at, step), *places(part, (*at, step)))]


def part_at(letter: Any, place: Place) -> Any:
    for step in place:
        letter = letter[step]
    return letter


def _change(draw: st.DrawFn, letter: dict[str, Any]) -> None:
    found = places(letter)
    if not found:
        return
    place = draw(st.sampled_from(found))
    holder, last = part_at(letter, place[:-1]), place[-1]
    match draw(st.sampled_from(["replace", "edge", "edit", "edit", "delete", "add", "move"])):
        case "replace":
            holder[last] = draw(VALUES)
        case "edge":
            holder[last] = deepcopy(draw(_TELLING))
        case "edit":
            holder[last] = _edited(draw, holder[last])
        case "delete":
            del holder[last]
        case "add":
            _add(draw, holder, deepcopy(holder[last]))
        case "move":
            holder[last] = deepcopy(part_at(letter, draw(st.sampled_from(found))))


def _edited(draw: st.DrawFn, value: Any) -> Any:
    """Nearly the same: a character more, less or other; a number beside it; a list once more."""
    if isinstance(value, str):
        cut = draw(st.integers(0, len(value)))
        more = draw(st.sampled_from(["", "\n", " ", "\r", "0", "9", "a", "A", "/", "\u202e", "\x7f", "é"]))
        return value[:cut] + more + value[cut + draw(st.integers(0, 1)) :]
    if isinstance(value, int):
        return value + draw(st.sampled_from([-1, 1, 10**9]))
    return value * draw(st.integers(0, 12)) if isinstance(value, list) else value


def _add(draw: st.DrawFn, holder: Any, value: Any) -> None:
    if isinstance(holder, list):
        holder.append(value)
    else:
        holder[draw(TEXTS | st.sampled_from(["wat", "soort", "Kenmerk", "uiterlijk", "betaald", "wijze"]))] = value
