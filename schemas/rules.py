"""What a schema cannot say: numbers with check digits, sums, dates in order. Each rule names the values it needs.

A rule runs when all its values are there and sound, so that it may trust their form. What else it looks at may be
missing, or None where the form is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from stdnum import iban as iban_number
from stdnum.nl import bsn as bsn_number

from schemas.attachments import Limits, attachment_faults
from schemas.faults import Fault, pointer
from schemas.soundness import Bericht, value_at

Rule = Callable[[Bericht, Limits], Iterator[Fault]]

_RSIN_OIN: Final = "00000001"
_WEIGHTS: Final = (2, 4, 8, 5, 10, 9, 7, 3, 6, 1)
_PARTS: Final = ("hoofdsom", "verhoging", "kosten", "rente")
_FIRST_DAY: Final = "1900-01-01"
_LAST_DAY: Final = "2199-12-31"
"""Days of our time. Further off, an instant may fall outside the calendar when it is told in another time zone."""


def recipient(bericht: Bericht, _: Limits) -> Iterator[Fault]:
    """The BSN passes the elfproef."""
    if not bsn_number.is_valid(bericht["ontvanger"]["waarde"]):
        yield Fault(pointer="/ontvanger/waarde", code="elfproef", message="Dit nummer voldoet niet aan de elfproef.")


def sender(bericht: Bericht, _: Limits) -> Iterator[Fault]:
    """An OIN made of an RSIN holds a number that passes the elfproef (OIN-Stelsel)."""
    oin = bericht["afzender"]
    if oin.startswith(_RSIN_OIN) and not bsn_number.is_valid(oin[8:17]):
        yield Fault(pointer="/afzender", code="elfproef", message="Het RSIN in dit OIN voldoet niet aan de elfproef.")


def no_bsn_in_references(bericht: Bericht, _: Limits) -> Iterator[Fault]:
    """References travel where a BSN must not (URLs, logs of senders)."""
    bsn = bericht["ontvanger"]["waarde"]
    for path in ("kenmerk", "relatie/vervangt", "relatie/trektIn", "relatie/vorige"):
        value = value_at(bericht, path)
        if value is not None and bsn in "".join(filter(str.isdigit, value)):
            yield Fault(pointer=f"/{path}", code="bsn-in-kenmerk", message="Een kenmerk mag geen BSN bevatten.")


def parts_make_the_total(bericht: Bericht, _: Limits) -> Iterator[Fault]:
    """The parts add up to the total."""
    money = bericht["bedragen"]
    parts = [money[name] for name in _PARTS if name in money]
    if parts and None not in parts and sum(parts) != money["totaal"]:
        message = "Hoofdsom, verhoging, kosten en rente zijn samen niet het totaal."
        yield Fault(pointer="/bedragen/totaal", code="som-klopt-niet", message=message)


def no_more_paid_than_due(bericht: Bericht, _: Limits) -> Iterator[Fault]:
    """No more was paid than the total."""
    if bericht["bedragen"]["betaald"] > bericht["bedragen"]["totaal"]:
        message = "Er kan niet meer betaald zijn dan het totaal."
        yield Fault(pointer="/bedragen/betaald", code="meer-dan-totaal", message=message)


def account(bericht: Bericht, _: Limits) -> Iterator[Fault]:
    """The IBAN has the right check digits (ISO 13616)."""
    if not _is_iban(bericht["betaling"]["iban"]):
        yield Fault(pointer="/betaling/iban", code="iban", message="De controlecijfers van dit IBAN kloppen niet.")


def payment_reference(bericht: Bericht, _: Limits) -> Iterator[Fault]:
    """The betalingskenmerk has the right check digit and length code."""
    if not is_betalingskenmerk(bericht["betaling"]["betalingskenmerk"]):
        message = "Het controlecijfer of de lengte van dit betalingskenmerk klopt niet."
        yield Fault(pointer="/betaling/betalingskenmerk", code="betalingskenmerk", message=message)


def payment_of_something(bericht: Bericht, _: Limits) -> Iterator[Fault]:
    """How to pay makes sense only with something to pay."""
    if "bedragen" not in bericht or value_at(bericht, "bedragen/richting") == "ontvangen":
        message = "Bij een betaling horen bedragen met richting betalen."
        yield Fault(pointer="/bedragen/richting", code="niets-te-betalen", message=message)


def day_of_our_time(path: str) -> Rule:
    """The day, or the day of the instant, at this path is one of our time."""

    def rule(bericht: Bericht, _: Limits) -> Iterator[Fault]:
        day = value_at(bericht, path)[: len(_FIRST_DAY)]
        if not _FIRST_DAY <= day <= _LAST_DAY:
            message = f"Deze datum ligt niet tussen {_FIRST_DAY} en {_LAST_DAY}."
            yield Fault(pointer=f"/{path}", code="onmogelijke-datum", message=message)

    return rule


def ends_in_time(field: str) -> Rule:
    """No date in this field lies before the letter was written, or past our time."""

    def rule(bericht: Bericht, _: Limits) -> Iterator[Fault]:
        for path, day in _ends(field, bericht[field]):
            if day < bericht["dagtekening"]:
                message = "Deze datum ligt voor de dagtekening."
                yield Fault(pointer=pointer(path), code="voor-dagtekening", message=message)
            elif day > _LAST_DAY:
                message = f"Deze datum ligt na {_LAST_DAY}."
                yield Fault(pointer=pointer(path), code="onmogelijke-datum", message=message)

    return rule


def appointment_after_the_letter(bericht: Bericht, _: Limits) -> Iterator[Fault]:
    """Nobody is expected before the letter was written. A day's slack for time zones."""
    at = datetime.fromisoformat(bericht["afspraak"]["tijdstip"]).date()
    if (at - date.fromisoformat(bericht["dagtekening"])).days < -1:
        message = "Deze afspraak ligt voor de dagtekening."
        yield Fault(pointer="/afspraak/tijdstip", code="voor-dagtekening", message=message)


def is_betalingskenmerk(digits: str) -> bool:
    """NL betalingskenmerk: 7 digits; 9 to 14 as check, length code, number; or 16 as check and number."""
    if len(digits) == 7:  # noqa: PLR2004 - the one form without a check digit
        return True
    if len(digits) == 16:  # noqa: PLR2004 - the full form
        return digits[0] == _check_digit(digits[1:])
    return digits[1] == str((len(digits) - 2) % 10) and digits[0] == _check_digit(digits[1:])


def _check_digit(digits: str) -> str:
    total = sum(int(d) * _WEIGHTS[n % len(_WEIGHTS)] for n, d in enumerate(reversed(digits)))
    return {10: "1", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


@lru_cache(maxsize=1024)
def _is_iban(number: str) -> bool:
    """Accounts of senders are few: each is checked once."""
    return bool(iban_number.is_valid(number))


def _ends(field: str, value: Any) -> Iterator[tuple[list[str | int], str]]:
    """The sound `uiterlijk` of a field, or of each item of a list, with its path."""
    items = enumerate(value) if isinstance(value, list) else [(None, value)]
    for number, item in items:
        if item is not None and item.get("uiterlijk") is not None:
            yield [field, "uiterlijk"] if number is None else [field, number, "uiterlijk"], item["uiterlijk"]


RULES: Final[tuple[tuple[tuple[str, ...], Rule], ...]] = (
    (("ontvanger/waarde",), recipient),
    (("afzender",), sender),
    (("ontvanger/waarde",), no_bsn_in_references),
    (("bedragen/totaal",), parts_make_the_total),
    (("bedragen/totaal", "bedragen/betaald"), no_more_paid_than_due),
    (("betaling/iban",), account),
    (("betaling/betalingskenmerk",), payment_reference),
    (("betaling",), payment_of_something),
    (("dagtekening",), day_of_our_time("dagtekening")),
    (("publicatietijdstip",), day_of_our_time("publicatietijdstip")),
    (("afspraak/tijdstip",), day_of_our_time("afspraak/tijdstip")),
    (("papier/datum",), day_of_our_time("papier/datum")),
    (("dagtekening", "termijnen"), ends_in_time("termijnen")),
    (("dagtekening", "rechtsmiddel"), ends_in_time("rechtsmiddel")),
    (("dagtekening", "betaling"), ends_in_time("betaling")),
    (("dagtekening", "afspraak/tijdstip"), appointment_after_the_letter),
    (("bijlagen",), attachment_faults),
)
