"""What a schema cannot say: numbers with check digits, sums, dates in order. Each rule names the fields it needs.

A rule runs when all its fields are there and sound, so that it may trust their form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from stdnum import iban as iban_number
from stdnum.nl import bsn as bsn_number

from schemas.attachments import Limits, attachment_faults
from schemas.faults import Fault, pointer

Bericht = Mapping[str, Any]
Rule = Callable[[Bericht, Limits], Iterator[Fault]]

_RSIN_OIN: Final = "00000001"
_WEIGHTS: Final = (2, 4, 8, 5, 10, 9, 7, 3, 6, 1)
_PARTS: Final = ("hoofdsom", "verhoging", "kosten", "rente")
_EARLIEST: Final = "1900-01-01"


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
    related = {f"relatie/{name}": value for name, value in (bericht.get("relatie") or {}).items()}
    for place, value in {"kenmerk": bericht["kenmerk"], **related}.items():
        if isinstance(value, str) and bsn in "".join(filter(str.isdigit, value)):
            yield Fault(pointer=f"/{place}", code="bsn-in-kenmerk", message="Een kenmerk mag geen BSN bevatten.")


def amounts(bericht: Bericht, _: Limits) -> Iterator[Fault]:
    """The parts add up to the total, and no more was paid than it."""
    money = bericht["bedragen"]
    parts = [money[name] for name in _PARTS if name in money]
    if parts and sum(parts) != money["totaal"]:
        message = "Hoofdsom, verhoging, kosten en rente zijn samen niet het totaal."
        yield Fault(pointer="/bedragen/totaal", code="som-klopt-niet", message=message)
    if money.get("betaald", 0) > money["totaal"]:
        message = "Er kan niet meer betaald zijn dan het totaal."
        yield Fault(pointer="/bedragen/betaald", code="meer-dan-totaal", message=message)


def account(bericht: Bericht, _: Limits) -> Iterator[Fault]:
    """IBAN and betalingskenmerk have the right check digits."""
    payment = bericht["betaling"]
    if not _is_iban(payment["iban"]):
        yield Fault(pointer="/betaling/iban", code="iban", message="De controlecijfers van dit IBAN kloppen niet.")
    reference = payment.get("betalingskenmerk")
    if reference is not None and not is_betalingskenmerk(reference):
        message = "Het controlecijfer of de lengte van dit betalingskenmerk klopt niet."
        yield Fault(pointer="/betaling/betalingskenmerk", code="betalingskenmerk", message=message)


def payment_of_something(bericht: Bericht, _: Limits) -> Iterator[Fault]:
    """How to pay makes sense only with something to pay."""
    if bericht.get("bedragen", {}).get("richting") != "betalen":
        message = "Bij een betaling horen bedragen met richting betalen."
        yield Fault(pointer="/bedragen/richting", code="niets-te-betalen", message=message)


def letter_date(bericht: Bericht, _: Limits) -> Iterator[Fault]:
    """A letter has a date of our time."""
    if bericht["dagtekening"] < _EARLIEST:
        yield Fault(pointer="/dagtekening", code="onmogelijke-datum", message="Deze datum ligt te ver terug.")


def ends_after_the_letter(field: str) -> Rule:
    """No date in this field lies before the letter was written."""

    def rule(bericht: Bericht, _: Limits) -> Iterator[Fault]:
        for path, value in _ends(field, bericht[field]):
            if value < bericht["dagtekening"]:
                message = "Deze datum ligt voor de dagtekening."
                yield Fault(pointer=pointer(path), code="voor-dagtekening", message=message)

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
    """The `uiterlijk` of a field, or of each item of a list, with its path."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield [field, number, "uiterlijk"], item["uiterlijk"]
    elif "uiterlijk" in value:
        yield [field, "uiterlijk"], value["uiterlijk"]


RULES: Final[tuple[tuple[frozenset[str], Rule], ...]] = (
    (frozenset({"ontvanger"}), recipient),
    (frozenset({"afzender"}), sender),
    (frozenset({"ontvanger", "kenmerk"}), no_bsn_in_references),
    (frozenset({"bedragen"}), amounts),
    (frozenset({"betaling"}), account),
    (frozenset({"betaling"}), payment_of_something),
    (frozenset({"dagtekening"}), letter_date),
    (frozenset({"dagtekening", "termijnen"}), ends_after_the_letter("termijnen")),
    (frozenset({"dagtekening", "rechtsmiddel"}), ends_after_the_letter("rechtsmiddel")),
    (frozenset({"dagtekening", "betaling"}), ends_after_the_letter("betaling")),
    (frozenset({"dagtekening", "afspraak"}), appointment_after_the_letter),
    (frozenset({"bijlagen"}), attachment_faults),
)
