"""A thousand generated lives: no letter in two claims, no money twice, and the total is what each story comes to.

And each day that the page shows has its reason: an article that was read, or the sender who chose it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from connectors.agency import AGENCIES
from connectors.matter import Matter
from connectors.residents import residents
from mailbox.domain.claims.claims import Claim, claims_of, coming, open_remedies
from mailbox.domain.claims.debts import State
from mailbox.domain.claims.lines import lines_of
from mailbox.domain.claims.said import NOTHING_SAID
from mailbox.domain.law.given_dates import judged
from mailbox.domain.letters import LetterMetadata
from mailbox.services.paying import Money
from mailbox.web.date_words import why
from mailbox.web.formats import money
from mailbox.web.paying_view import MoneyView, money_view
from tests.opened import opened

LIVES, MATTERS = 1_000, 3
TODAY = date(2026, 11, 27)
PEOPLE = list(residents(500))
STORIES = [(slug, story) for slug, agency in AGENCIES.items() for story in agency.stories if story != "student_debt"]
_NOT_ASKED = {
    ("belastingdienst", "allowance"),
    ("duo", "award"),
    ("duo", "statement"),
    ("svb", "annual"),
    ("svb", "child_benefit"),
    ("svb", "pension"),
    ("svb", "proof_of_life"),
    ("uwv", "annual"),
    ("uwv", "benefit"),
}
"""Stories in which nobody asks for money."""
Bericht = dict[str, Any]


def told(slug: str, story: str, matter: Matter) -> list[Bericht]:
    """The letters of a story; a debt of DUO goes on at the CJIB."""
    more = [("cjib", "student_debt")] if story == "too_much_received" else []
    return [letter for at, name in ((slug, story), *more) for letter in AGENCIES[at].matter(name, matter, pdf=False)]


def owed(slug: str, story: str, letters: list[Bericht]) -> int:
    """What the story comes to, without a fold: what its last letter says, and the fine beside it."""
    if (slug, story) in _NOT_ASKED:
        return 0
    totals = [letter["bedragen"]["totaal"] for letter in letters if "bedragen" in letter]
    return int(totals[-1] + (totals[-2] if story == "income_not_reported" else 0))


def lives() -> Iterator[tuple[list[LetterMetadata], int]]:
    """Lives of three matters each: the letters as they come, and what is owed in the end."""
    chance = Random(4)
    for number in range(LIVES):
        berichten, total = [], 0
        for serial in range(MATTERS):
            slug, story = chance.choice(STORIES)
            start = TODAY - timedelta(days=chance.randrange(400, 1_000))
            letters = told(slug, story, Matter(resident=PEOPLE[number % 500], start=start, number=serial))
            berichten += letters
            total += owed(slug, story, letters)
        chance.shuffle(berichten)
        yield opened(berichten), total


def explained(letter: LetterMetadata) -> dict[date, str]:
    """Each date of the letter with its article, or with the words that the sender chose it."""
    found: dict[date, str] = {}
    for one in judged(letter.dates):
        assert not one.differs
        assert one.reckoning is None or one.reckoning.rule.read >= one.reckoning.rule.since
        said = why(one)
        assert said.law or said.sentences[0].startswith("De afzender koos deze datum.")
        found[one.given.by] = said.law or said.sentences[0]
    return found


def shown(view: MoneyView) -> Counter[date]:
    """The days on the page."""
    return Counter(row.by for group in view.groups for row in group.rows if row.by)


def test_a_thousand_lives_add_up() -> None:
    seen: Counter[str] = Counter()
    for letters, total in lives():
        claims = claims_of(letters)
        in_claims = Counter(letter.letter_id for claim in claims for letter in claim.letters)
        in_debts = Counter(letter.letter_id for claim in claims for debt in claim.debts for letter in debt.letters)
        assert max([*in_claims.values(), *in_debts.values(), 1]) == 1
        assert set(in_debts) <= set(in_claims)
        assert sum(claim.open for claim in claims) == total
        reasons = {day: text for letter in letters for day, text in explained(letter).items()}
        view = money_view(Money(owner="", claims=lines_of(claims), said=NOTHING_SAID, broken=0, grant=None), {}, TODAY)
        assert view.total == money(total)
        unsettled = (debt for claim in claims for debt in claim.unsettled if debt.state is not State.SEIZURE)
        assert shown(view) == Counter(debt.due for debt in unsettled if debt.due)
        assert all(map(reasons.get, shown(view)))
        seen.update(debt.state for claim in claims for debt in claim.debts)
        seen.update(_never_less(claim) for claim in claims)
    assert {"open", "herinnerd", "dwangbevel", "beslag", "regeling"} <= set(seen)


def _never_less(claim: Claim) -> str:
    """What comes never makes a debt smaller, costs nothing without an article, and what one can do is of this claim."""
    for debt in claim.debts:
        found = coming(debt, TODAY)
        amounts = [debt.open, *(one.sums.open for one in found.steps)] if found else []
        assert amounts == sorted(amounts)
        assert all(one.step.law or not one.step.adds for one in found.steps) if found else True
    assert all(one.letter in claim.letters for one in open_remedies(claim, claim.letters[0].dated))
    return "claims"
