"""The form of a court's appointment, as an operator hands it in, and all that is wrong with one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from stdnum.nl import bsn as bsn_number

from schemas.bodies import BodySchema
from schemas.faults import Fault

_FILE: Final = Path(__file__).parent / "aanstelling.v1.schema.json"


@cache
def appointment_schema() -> dict[str, Any]:
    """The schema, as published."""
    document: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return document


def appointment_faults(document: object) -> tuple[Fault, ...]:
    """Every fault of an appointment, in order of place."""
    return _faults(appointment_schema(), document, _by_rule)


def ending_faults(document: object) -> tuple[Fault, ...]:
    """As `appointment_faults`, of a document that says which appointment ends, and need not say more."""
    return _faults({**appointment_schema(), "required": ["burger", "beschikking"]}, document, _by_rule)


def person_faults(document: object) -> tuple[Fault, ...]:
    """As `appointment_faults`, of a document that says who a helper is (`helper` of an appointment), and no more."""
    schema = {**appointment_schema()["properties"]["helper"], "required": []}
    return _faults(schema, document, lambda helper: _helper(helper, ""))


def _faults(
    schema: dict[str, Any], document: Any, rules: Callable[[dict[str, Any]], Iterator[Fault]]
) -> tuple[Fault, ...]:
    """Structure first; then the rules, on a document that is sound."""
    return BodySchema(schema).faults(document) or tuple(sorted(rules(document)))


def _by_rule(document: dict[str, Any]) -> Iterator[Fault]:
    """What the schema cannot say, of a document that is sound by it."""
    citizen = document["burger"]["bsn"]
    yield from _elfproef(citizen, "/burger/bsn")
    if "helper" in document:
        yield from _helper(document["helper"], "/helper")
        if document["helper"].get("bsn") == citizen:
            yield Fault(pointer="/helper/bsn", code="zelfde", message="Niemand is zijn eigen bewindvoerder.")
    if citizen in "".join(filter(str.isdigit, document["beschikking"])):
        yield Fault(pointer="/beschikking", code="bsn-in-kenmerk", message="Een kenmerk mag geen BSN bevatten.")
    yield from _scope(document.get("omvang", {}))


def _helper(helper: dict[str, Any], place: str) -> Iterator[Fault]:
    if ("bsn" in helper) == ("pseudoniem" in helper):
        yield Fault(pointer=place, code="een-van-twee", message="Geef een bsn of een pseudoniem, en niet allebei.")
    if "bsn" in helper:
        yield from _elfproef(helper["bsn"], f"{place}/bsn")


def _scope(scope: dict[str, Any]) -> Iterator[Fault]:
    actions = scope.get("acties", [])
    if "downloaden" in actions and "lezen" not in actions:
        yield Fault(pointer="/omvang/acties", code="samenhang", message="Wie mag downloaden, mag ook lezen.")
    first, last = scope.get("brievenVanaf"), scope.get("brievenTotEnMet")
    if first and last and first > last:
        message = "De laatste dag is voor de eerste."
        yield Fault(pointer="/omvang/brievenTotEnMet", code="volgorde", message=message)


def _elfproef(bsn: str, place: str) -> Iterator[Fault]:
    if not bsn_number.is_valid(bsn):
        yield Fault(pointer=place, code="elfproef", message="Dit nummer voldoet niet aan de elfproef.")
