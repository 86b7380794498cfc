"""The Belastingdienst's words, letter by letter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from connectors.belastingdienst.dialect import FiscaalStuk
from connectors.bericht import Prose

Words = Callable[[FiscaalStuk, str, str], Prose]


def _return_invited(brief: FiscaalStuk, _: str, until: str) -> Prose:
    return Prose(
        subject=f"Doe aangifte inkomstenbelasting {brief.jaar}",
        what="U moet aangifte doen.",
        do=f"Doe uw aangifte vóór of op {until}. Lukt dat niet? Vraag dan uitstel, of hulp in de bibliotheek.",
        otherwise="U krijgt een herinnering en daarna misschien een boete.",
        paragraphs=["Veel gegevens hebben wij al ingevuld. Kijk of ze kloppen."],
    )


def _return_reminded(brief: FiscaalStuk, _: str, until: str) -> Prose:
    return Prose(
        subject=f"Herinnering: doe aangifte over {brief.jaar}",
        what="Wij kregen uw aangifte nog niet.",
        do=f"Doe uw aangifte vóór of op {until}.",
        otherwise="U kunt een boete krijgen. Wij schatten dan zelf uw inkomen.",
        paragraphs=["De dag waarop u aangifte gedaan moest hebben, is voorbij."],
    )


def _provisional(brief: FiscaalStuk, total: str, until: str) -> Prose:
    return Prose(
        subject=f"Voorlopige aanslag {brief.jaar}: {total}",
        what=f"Wij schatten dat u over {brief.jaar} {total} belasting moet betalen.",
        do=f"Betaal elke maand een gelijk deel, voor het eerst uiterlijk op {until}. Klopt dit niet? Pas het dan aan.",
        otherwise="Is het te weinig, dan moet u later bijbetalen.",
        paragraphs=["Wij gingen uit van wat wij nu van u weten."],
    )


def _final(brief: FiscaalStuk, total: str, until: str) -> Prose:
    return Prose(
        subject=f"Aanslag inkomstenbelasting {brief.jaar}: {total}",
        what=f"U moet over {brief.jaar} {total} belasting betalen.",
        do=f"Betaal {total} uiterlijk op {until}." if until else "Kijk of de aanslag klopt.",
        otherwise="U krijgt een aanmaning met kosten.",
        paragraphs=["Dit volgt uit uw aangifte.", "Ook als u bezwaar maakt, moet u op tijd betalen of uitstel vragen."],
    )


def _vehicle(_: FiscaalStuk, total: str, until: str) -> Prose:
    return Prose(
        subject=f"Naheffing motorrijtuigenbelasting: {total}",
        what="U betaalde de belasting voor uw auto niet op tijd.",
        do=f"Betaal {total} uiterlijk op {until}. U heeft 14 dagen.",
        otherwise="U krijgt een aanmaning met kosten.",
        paragraphs=["Rijdt u niet meer? Zolang het kenteken op uw naam staat, moet u betalen."],
    )


def _reminder(_: FiscaalStuk, total: str, until: str) -> Prose:
    return Prose(
        subject=f"Aanmaning: betaal {total}",
        what="U betaalde niet op tijd. Er zijn kosten bij gekomen.",
        do=f"Betaal {total} uiterlijk op {until}. Kunt u niet betalen? Bel ons meteen voor een regeling.",
        otherwise="U krijgt een dwangbevel. Dat kost veel meer.",
        paragraphs=["Wij stuurden u eerder een rekening voor dit bedrag."],
    )


def _writ(_: FiscaalStuk, total: str, until: str) -> Prose:
    return Prose(
        subject=f"Dwangbevel: betaal {total}",
        what="Dit is een bevel om te betalen.",
        do=f"Betaal {total} uiterlijk op {until}. Bel ons als dat niet kan.",
        otherwise="Wij kunnen beslag leggen op uw loon, uw rekening of uw spullen.",
        paragraphs=["U kreeg een rekening en een aanmaning. De kosten van dit dwangbevel komen erbij."],
    )


def _seizure(_: FiscaalStuk, total: str, __: str) -> Prose:
    return Prose(
        subject="Wij laten uw schuld inhouden op uw loon",
        what=f"U betaalde niet. Uw werkgever houdt nu elke maand een deel in, tot {total} is betaald.",
        do="Kijk of u genoeg overhoudt om van te leven: de beslagvrije voet. Klopt dat niet? Bel ons.",
        otherwise="De inhouding gaat door tot alles is betaald.",
        paragraphs=["Een deel van uw loon mogen wij niet inhouden. Reken het na op uwbeslagvrijevoet.nl."],
    )


def _advance(brief: FiscaalStuk, total: str, _: str) -> Prose:
    return Prose(
        subject=f"Voorschot {brief.soort} {brief.jaar}",
        what=f"U krijgt in {brief.jaar} {total} {brief.soort}, in delen per maand.",
        do="Verandert uw inkomen, uw gezin of uw woning? Geef het meteen door.",
        otherwise="Geeft u een verandering niet door, dan moet u misschien geld terugbetalen.",
        paragraphs=["Dit is een voorschot. Na afloop van het jaar rekenen wij het precies uit."],
    )


def _settled(brief: FiscaalStuk, total: str, _: str) -> Prose:
    return Prose(
        subject=f"Definitieve berekening {brief.soort} {brief.jaar}",
        what=f"U kreeg in {brief.jaar} {total} te veel {brief.soort}.",
        do="Kijk of de berekening klopt. U krijgt nog een brief over het terugbetalen.",
        otherwise="Het besluit staat na zes weken vast.",
        paragraphs=["Uw inkomen was hoger dan het inkomen waarmee wij het voorschot berekenden."],
    )


def _reclaim(brief: FiscaalStuk, total: str, until: str) -> Prose:
    return Prose(
        subject=f"U moet {total} {brief.soort} terugbetalen",
        what=f"U kreeg in {brief.jaar} te veel {brief.soort}.",
        do=f"Betaal {total} uiterlijk op {until}. Of betaal in 24 maanden: dat kan zonder rente.",
        otherwise="U krijgt een aanmaning met kosten.",
        paragraphs=["Maakt u bezwaar, dan hoeft u meestal nog niet te betalen tot wij beslissen. Vraag dat wel aan."],
    )


def _plan(brief: FiscaalStuk, total: str, until: str) -> Prose:
    return Prose(
        subject="Uw betalingsregeling in 24 maanden",
        what=f"U betaalt {total} terug in 24 delen van ten hoogste € {brief.per_maand}.",
        do=f"Betaal elke maand € {brief.per_maand}. De eerste keer uiterlijk op {until}.",
        otherwise="De regeling stopt en u moet alles in één keer betalen.",
        paragraphs=["Is het te veel per maand? Vraag ons naar uw betalingscapaciteit te kijken."],
    )


def _plan_reminded(brief: FiscaalStuk, total: str, until: str) -> Prose:
    return Prose(
        subject="Herinnering: u betaalde een deel van uw regeling niet",
        what=f"Wij misten een deel van € {brief.per_maand}. Het gaat om uw regeling voor {total}.",
        do=f"Betaal € {brief.per_maand} uiterlijk op {until}. Is dat te veel per maand? Bel ons vóór die dag.",
        otherwise="De regeling stopt. U moet dan alles in één keer betalen, en er komen kosten bij.",
        paragraphs=["Deze herinnering kost niets."],
    )


def _evidence(brief: FiscaalStuk, _: str, until: str) -> Prose:
    return Prose(
        subject=f"Stuur ons bewijs voor uw {brief.soort}",
        what=f"Wij controleren uw {brief.soort} over {brief.jaar}.",
        do=f"Stuur uw contract en betaalbewijzen op, uiterlijk op {until}.",
        otherwise="Uw toeslag kan stoppen en u moet misschien geld terugbetalen.",
        paragraphs=["Lukt het niet op tijd? Bel ons, dan krijgt u meer tijd."],
    )


WORDS: Final[dict[str, Words]] = {
    "UA": _return_invited,
    "HA": _return_reminded,
    "VA": _provisional,
    "DA": _final,
    "NM": _vehicle,
    "AM": _reminder,
    "DB": _writ,
    "BV": _seizure,
    "TV": _advance,
    "TD": _settled,
    "TT": _reclaim,
    "TR": _plan,
    "TH": _plan_reminded,
    "TI": _evidence,
}
