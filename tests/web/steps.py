"""Walks through the questions of a consent as a browser without scripts does: for tests that are about what follows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import httpx
from playwright.sync_api import Page

CODE: Final = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")
Answers = Mapping[str, str | Sequence[str]]
STEPS: Final[Mapping[str, Answers]] = {
    "wie": {"naam": "Tante Ria"},
    "wat": {"organisaties": "alle", "onderwerpen": "alle"},
    "brieven": {"periode": "alle"},
    "mag": {"inhoud": "lezen"},
    "tot": {"tot": "3-maanden"},
}
"""The questions in order, with an answer that will do."""
COUNTER: Final[Answers] = {
    "burger": "Proef Persoon",
    "legitimatie": "paspoort",
    "reden": "Meneer heeft geen DigiD",
    **{name: value for step in STEPS.values() for name, value in step.items()},
}
"""What is asked at a counter, but for the BSN."""
STEP_OF: Final[Mapping[str, str]] = {
    "naam": "wie",
    "organisaties": "wat",
    "organisatie": "wat",
    "onderwerpen": "wat",
    "onderwerp": "wat",
    "gevoelig": "wat",
    "periode": "brieven",
    "inhoud": "mag",
    "acties": "mag",
    "tot": "tot",
}
"""Which question a field answers."""


def begin(visit: httpx.Client) -> str:
    """The address of a new draft."""
    return visit.get("/meekijken/geven").headers["location"].rpartition("/")[0]


def answer(visit: httpx.Client, draft: str, step: str, **changes: str | Sequence[str]) -> httpx.Response:
    """Sends one step, with an answer that will do where no other is given."""
    return visit.post(f"{draft}/{step}", data={**STEPS[step], **changes})


def fill_in(visit: httpx.Client, changes: Answers | None = None) -> str:
    """Answers everything; the address of the draft."""
    draft, changes = begin(visit), changes or {}
    for step in STEPS:
        given = {name: value for name, value in changes.items() if STEP_OF.get(name) == step}
        answer(visit, draft, step, **given)
    return draft


def give(visit: httpx.Client, changes: Answers | None = None) -> httpx.Response:
    """Answers everything and says yes; the page with the code."""
    return visit.post(f"{fill_in(visit, changes)}/controleren", data={"getoond": ""})


def codes(answered: httpx.Response) -> list[str]:
    """The codes on a page."""
    return CODE.findall(answered.text)


def live(visit: httpx.Client) -> list[str]:
    """The grants that can be stopped."""
    return re.findall(r'href="/meekijken/([0-9a-f-]{36})/stoppen"', visit.get("/meekijken").text)


def press(page: Page, name: str) -> None:
    """Presses a button, and waits for the page that it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()


def follow(page: Page, name: str) -> None:
    """Follows a link, and waits for the page that it leads to."""
    with page.expect_navigation():
        page.get_by_role("link", name=name).first.click()


def give_by_hand(page: Page, name: str) -> str:
    """Clicks through all questions with what is chosen already; the code."""
    follow(page, "Iemand laten meekijken")
    page.get_by_label("Naam").fill(name)
    for _ in STEPS:
        press(page, "Verder")
    press(page, "Geef toestemming")
    code = CODE.search(page.locator("main").inner_text())
    assert code is not None
    return code.group()


def fill_in_counter(page: Page, bsn: str, name: str) -> None:
    """Who is at the counter, for giving and for stopping; and who may look along, where that is asked."""
    page.get_by_label("Burgerservicenummer (BSN)").fill(bsn)
    page.get_by_label("Naam van de persoon aan de balie").fill(name)
    page.get_by_label("Paspoort").check()
    page.get_by_label("Waarom doet u dit voor deze persoon?").fill(str(COUNTER["reden"]))
    helper = page.get_by_label("Wie mag meekijken?")
    if helper.count():
        helper.fill("Mijn buurvrouw")
