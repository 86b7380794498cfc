"""Is this a letter? All that is wrong with it at once, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import Final

from schemas.attachments import Limits
from schemas.faults import Fault
from schemas.files import BERICHT, berichtsoorten
from schemas.rules import RULES
from schemas.soundness import Bericht, sound_copy, value_at
from schemas.validators import errors, is_valid
from schemas.wording import faults_of

MAX_FAULTS: Final = 200
"""More than a person reads. A bound, so that a hostile letter costs no more than its own size."""
_AND_MORE: Final = Fault(pointer="", code="te-veel-fouten", message=f"Na {MAX_FAULTS} fouten is er gestopt.")
_UNEXPLAINED: Final = Fault(pointer="", code="structuur", message="Dit bericht past niet bij zijn schema.")
"""The compiled validator refuses what the reference accepts. A bug of ours, and no reason to accept."""


def check(bericht: object, limits: Limits | None = None) -> tuple[Fault, ...]:
    """Every fault of a bericht, in order of place; none when it may be accepted.

    `bericht` is what `parse_json` gives. Structure first (the schema of its berichtsoort), then each rule whose values
    are sound. Messages say what is expected and never what was found. After `MAX_FAULTS` it stops, and says so.
    """
    if not isinstance(bericht, dict):
        return (Fault(pointer="", code="soort-waarde", message="Een bericht is een JSON-object."),)
    kind = bericht.get("berichtsoort")
    known = isinstance(kind, str) and kind in berichtsoorten()
    name = str(kind) if known else BERICHT
    valid = known and is_valid(name, bericht)
    found = () if valid else tuple(islice(errors(name, bericht), MAX_FAULTS))
    reasons = chain(_unknown_kind(kind, known=known), *map(faults_of, found))
    faults = {*islice(reasons, MAX_FAULTS)} or (set() if valid else {_UNEXPLAINED})
    if len(found) < MAX_FAULTS:
        sound = sound_copy(bericht, found) if found else bericht
        faults.update(islice(_by_rule(sound, limits or Limits()), MAX_FAULTS))
    return tuple(sorted(faults)) if len(faults) < MAX_FAULTS else (*sorted(faults)[:MAX_FAULTS], _AND_MORE)


def _by_rule(bericht: Bericht, limits: Limits) -> Iterator[Fault]:
    for needs, rule in RULES:
        if None not in [value_at(bericht, path) for path in needs]:
            yield from rule(bericht, limits)


def _unknown_kind(kind: object, *, known: bool) -> Iterator[Fault]:
    if isinstance(kind, str) and not known:
        yield Fault(pointer="/berichtsoort", code="keuze", message="Deze berichtsoort bestaat niet.")
