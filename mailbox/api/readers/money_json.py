"""What somebody owes, as apps get it: claims (zaken) with their debts (vorderingen), in euro cents. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from mailbox.api.readers.letter_json import Json, instant, link, present
from mailbox.domain.claims.claims import Coming, coming
from mailbox.domain.claims.debts import Owed
from mailbox.domain.claims.lines import BillLine, ClaimLine
from mailbox.domain.claims.said import Said
from mailbox.domain.claims.sources import missing_sources
from mailbox.domain.identifiers import id_text
from mailbox.services.paying import Money


def money_json(money: Money, names: Mapping[str, str], base: str, today: date) -> Json:
    """All of it. `names` of organisations by OIN; `base`: where this post is found."""
    missing = missing_sources(names.values())
    is_own = money.grant is None
    return present(
        {
            "totaalOpen": sum(bill.owed.open for claim in money.claims for bill in claim.bills),
            "isMinstens": bool(missing or money.broken or not is_own),
            "ontbrekendeOrganisaties": list(missing),
            "aantalOnleesbaar": money.broken if is_own else None,
            "zaken": [_claim(claim, money.said, names, base, today) for claim in money.claims],
            "_links": {"self": link(f"{base}/betalen")},
        }
    )


def _claim(claim: ClaimLine, said: Said, names: Mapping[str, str], base: str, today: date) -> Json:
    objected = said.objected(claim.letters)
    return {
        "vorderingen": [_bill(bill, said, names, base, today) for bill in claim.bills],
        "berichten": [
            present(
                {
                    "berichtId": id_text(letter),
                    "bezwaartijdstip": instant(objected[letter]) if letter in objected else None,
                    "_links": {"self": link(f"{base}/berichten/{id_text(letter)}")},
                }
            )
            for letter in claim.letters
        ],
    }


def _bill(bill: BillLine, said: Said, names: Mapping[str, str], base: str, today: date) -> Json:
    owed, agency, paid = bill.owed, bill.agency.value, said.paid(bill)
    letter = id_text(bill.letter_id)
    return present(
        {
            "berichtId": letter,
            "afzender": present({"oin": agency, "naam": names.get(agency)}),
            "onderwerp": bill.subject,
            "status": owed.state.value,
            "openstaand": owed.open,
            "beginbedrag": owed.began,
            "bedragen": _amounts(owed),
            "uiterlijkeDatum": owed.due.isoformat() if owed.due else None,
            "volgendeStap": _next(coming(owed, today, most=1)),
            "eigenMelding": paid and {"meldtijdstip": instant(paid.at_ms), "isIngehaald": paid.unseen},
            "_links": {"self": link(f"{base}/berichten/{letter}")},
        }
    )


def _amounts(owed: Owed) -> Json:
    sums = owed.sums
    return {
        "totaal": sums.total,
        "hoofdsom": sums.principal,
        "verhoging": sums.increase,
        "kosten": sums.costs,
        "rente": sums.interest,
        "betaald": sums.paid,
        "richting": "betalen",
    }


def _next(comes: Coming | None) -> Json | None:
    """What comes first if nothing is done. Without an amount where the law fixes none."""
    if comes is None:
        return None
    first = comes.steps[0]
    return present(
        {
            "vanafDatum": comes.after.isoformat(),
            "openstaand": None if first.step.open_ended else first.sums.open,
            "grondslag": first.step.law or None,
        }
    )
