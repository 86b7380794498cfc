"""What there is to see in a running demo: who looks, where it begins, and what is done there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final
from urllib.parse import urljoin

from playwright.sync_api import Locator, Page

_CODE: Final = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")
Step = Callable[[Page], object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shot:
    """A page: who looks (a button on the login page; empty for nobody), where it begins, and what is done there."""

    name: str
    who: str = ""
    path: str
    steps: tuple[Step, ...] = ()


def follow(text: str) -> Step:
    """Follows the first link with this text inside the page."""
    return lambda page: _go(page, page.locator("main").get_by_role("link", name=text))


def further(path: str) -> Step:
    """Goes on from the address where one is."""
    return lambda page: page.goto(page.url + path)


def press(text: str) -> Step:
    """Presses the first button with this text."""
    return lambda page: _go(page, page.get_by_role("button", name=text))


def fill(label: str, value: str) -> Step:
    """Fills in a field."""
    return lambda page: page.get_by_label(label).first.fill(value)


def letter(number: int) -> Step:
    """Opens a letter of the list."""
    return lambda page: _go(page, page.locator(".mo-letter a").nth(number))


def sought(words: str) -> tuple[Step, ...]:
    """Searches one's own post."""
    return fill("Zoek in uw post", words), press("Zoeken")


def put_away(count: int) -> tuple[Step, ...]:
    """Ticks the first letters, and puts them away."""
    boxes: tuple[Step, ...] = tuple(partial(_tick_letter, number) for number in range(count))
    return *boxes, press("Naar archief")


def _tick_letter(number: int, page: Page) -> None:
    page.locator(".mo-letter__choice").nth(number).check()


def first_errand(page: Page) -> None:
    """Opens the letter that comes first."""
    _go(page, page.locator(".mo-tile a"))


def first_bill(page: Page) -> None:
    """Opens what had to be paid first."""
    _go(page, page.locator('main a[href^="/betalen/"]'))


def _go(page: Page, goal: Locator) -> None:
    """Clicks, and waits for the page that it leads to."""
    with page.expect_navigation():
        goal.first.click()


def hand_over(who: str, path: str, label: str) -> Step:
    """The code on this page goes to somebody else, who fills it in; it is their page from here on."""

    def step(page: Page) -> None:
        code = _CODE.search(page.locator("main").inner_text())
        assert code is not None  # noqa: S101 - a page without a code is not the page that is meant
        page.context.clear_cookies()
        page.goto(urljoin(page.url, "/inloggen"))
        press(who)(page)
        page.goto(urljoin(page.url, path))
        fill(label, code.group())(page)

    return step


def unfold(page: Page) -> None:
    """Opens the first part that is folded."""
    page.locator("summary").first.click()


def tick(label: str) -> Step:
    """Chooses something."""
    return lambda page: page.get_by_label(label).first.check()


def at_desk(bsn: str, name: str) -> tuple[Step, ...]:
    """Fills in who is at the counter."""
    return (
        fill("Burgerservicenummer (BSN)", bsn),
        fill("Naam van de persoon aan de balie", name),
        tick("Paspoort"),
        fill("Waarom doet u dit voor deze persoon?", "Mevrouw heeft geen DigiD"),
    )


def answers(number: int) -> tuple[Step, ...]:
    """Answers this many questions of giving: a name, and then what is chosen already."""
    return (fill("Naam", "Tante Ria"), *(press("Verder") for _ in range(number)))


CITIZEN: Final = "Jaylano Meerman"
PARENT: Final = "Samira el Idrissi"
QUIET: Final = "Willemijn Postma"
VOLUNTEER: Final = "Karin Bos"
COUNSELLOR: Final = "Murat Yildiz"
COLLEAGUE: Final = "Anna Visser"
UNDER_BEWIND: Final = "Ingrid Smeets"
ADMINISTRATOR: Final = "Bea Winter"
EMPLOYEE: Final = "Fatma Demir"
_AT_DESK: Final = (*at_desk("999990044", QUIET), fill("Wie mag meekijken?", "Mijn buurvrouw"))
_QUESTION: Final = (fill("Waarom wilt u meekijken?", "Wij spraken dit af op het buurthuis."), press("Maak een code"))
_ASKED: Final = (*_QUESTION, hand_over(QUIET, "/meekijken/verzoek", "De code van uw helper"))
_JOINING: Final = (press("Maak een code"), hand_over(COUNSELLOR, "/clienten/collegas", "De code van uw collega"))
_OF_INGRID: Final = (follow("Post van"),)

SHOTS: Final = (
    Shot(name="inloggen", path="/inloggen"),
    Shot(name="hulp", path="/hulp"),
    Shot(name="niet-gevonden", path="/bestaat-niet"),
    Shot(name="burger-post", who=CITIZEN, path="/post"),
    Shot(name="burger-post-2", who=PARENT, path="/post"),
    Shot(name="burger-post-rustig", who=QUIET, path="/post"),
    Shot(name="burger-post-gezocht", who=CITIZEN, path="/post", steps=sought("aanmaning")),
    Shot(name="burger-post-niets", who=CITIZEN, path="/post", steps=sought("olifant")),
    Shot(name="burger-opgeruimd", who=QUIET, path="/post", steps=put_away(1)),
    Shot(name="burger-archief", who=QUIET, path="/post", steps=(*put_away(2), follow("Bekijk uw archief"))),
    Shot(name="burger-brief-eerst", who=CITIZEN, path="/post", steps=(first_errand,)),
    Shot(name="burger-brief", who=PARENT, path="/post", steps=(letter(0),)),
    Shot(name="burger-betalen", who=CITIZEN, path="/betalen"),
    Shot(name="burger-rekening", who=CITIZEN, path="/betalen", steps=(first_bill,)),
    Shot(name="burger-overzicht", who=CITIZEN, path="/betalen/overzicht"),
    Shot(name="burger-overzicht-leeg", who=QUIET, path="/betalen/overzicht?periode=7"),
    Shot(name="burger-datums", who=CITIZEN, path="/betalen/datums"),
    Shot(name="burger-papier", who=CITIZEN, path="/betalen/printen"),
    Shot(name="burger-meekijken", who=CITIZEN, path="/meekijken"),
    Shot(name="burger-geven", who=CITIZEN, path="/meekijken/geven"),
    Shot(name="burger-geven-fout", who=CITIZEN, path="/meekijken/geven", steps=(press("Verder"),)),
    *(
        Shot(name=f"burger-geven-{step}", who=CITIZEN, path="/meekijken/geven", steps=answers(number))
        for number, step in enumerate(("wat", "brieven", "mag", "tot", "controleren"), start=1)
    ),
    Shot(name="burger-gegeven", who=QUIET, path="/meekijken/geven", steps=(*answers(5), press("Geef toestemming"))),
    Shot(name="burger-toestemming", who=CITIZEN, path="/meekijken", steps=(follow("Wat er gebeurde"),)),
    Shot(
        name="burger-verlengen",
        who=CITIZEN,
        path="/meekijken",
        steps=(follow("Wat er gebeurde"), further("/verlengen")),
    ),
    Shot(name="burger-bewijs", who=CITIZEN, path="/meekijken", steps=(follow("Wat er gebeurde"), further("/bewijs"))),
    Shot(name="burger-wijzigen", who=CITIZEN, path="/meekijken", steps=(follow("Wijzigen"),)),
    Shot(name="burger-meelezen", who=CITIZEN, path="/post", steps=(letter(0), follow("Laat nu iemand"))),
    Shot(
        name="burger-meelezen-code",
        who=QUIET,
        path="/post",
        steps=(letter(0), follow("Laat nu iemand"), fill("Wie mag meelezen?", "Tante Ria"), press("Maak een code")),
    ),
    Shot(name="burger-meekijken-2", who=PARENT, path="/meekijken"),
    Shot(name="burger-collega", who=PARENT, path="/meekijken", steps=(follow("Wat er gebeurde"),)),
    Shot(name="burger-collega-stoppen", who=PARENT, path="/meekijken", steps=(follow(f"alleen {COLLEAGUE}"),)),
    Shot(
        name="burger-verzoek-vraag", who=VOLUNTEER, path="/clienten/vragen", steps=(*_ASKED, press("Bekijk de vraag"))
    ),
    Shot(
        name="burger-verzoek-minder",
        who=VOLUNTEER,
        path="/clienten/vragen",
        steps=(*_ASKED, press("Bekijk de vraag"), follow("Minder geven")),
    ),
    Shot(name="burger-verzoek-fout", who=CITIZEN, path="/meekijken/verzoek", steps=(press("Bekijk de vraag"),)),
    Shot(name="burger-verzoek", who=CITIZEN, path="/meekijken/verzoek"),
    Shot(name="burger-stoppen", who=QUIET, path="/meekijken", steps=(follow("Stoppen"),)),
    Shot(name="burger-gestopt", who=QUIET, path="/meekijken", steps=(follow("Stoppen"), press("Ja, stop"))),
    Shot(name="burger-alles-stoppen", who=CITIZEN, path="/meekijken/alles-stoppen"),
    Shot(name="burger-inzage", who=CITIZEN, path="/inzage"),
    Shot(name="burger-inzage-open", who=CITIZEN, path="/inzage", steps=(unfold,)),
    Shot(name="burger-inzage-melden", who=PARENT, path="/inzage", steps=(follow("Klopt dit niet"),)),
    Shot(name="burger-hulp", who=CITIZEN, path="/hulp"),
    Shot(name="burger-uitgelogd", who=CITIZEN, path="/post", steps=(press("Uitloggen"),)),
    Shot(name="helper-clienten", who=COUNSELLOR, path="/clienten"),
    Shot(name="helper-clienten-fout", who=COUNSELLOR, path="/clienten", steps=(press("Code controleren"),)),
    Shot(name="helper-client", who=COUNSELLOR, path="/clienten", steps=(follow("Post van"),)),
    Shot(name="helper-brief", who=COUNSELLOR, path="/clienten", steps=(follow("Post van"), letter(0))),
    Shot(
        name="helper-toestemming",
        who=COUNSELLOR,
        path="/clienten",
        steps=(follow("Post van"), follow("Wat mag u zien?")),
    ),
    Shot(
        name="helper-overzicht",
        who=COUNSELLOR,
        path="/clienten",
        steps=(follow("Post van"), follow("Maak een overzicht")),
    ),
    Shot(name="helper-vragen", who=COUNSELLOR, path="/clienten/vragen"),
    Shot(name="helper-vragen-code", who=VOLUNTEER, path="/clienten/vragen", steps=_QUESTION),
    Shot(
        name="helper-stoppen",
        who=COUNSELLOR,
        path="/clienten",
        steps=(follow("Post van"), follow("Wat mag u zien?"), follow("Ik help deze persoon niet meer")),
    ),
    Shot(name="collegas", who=COLLEAGUE, path="/clienten/collegas"),
    Shot(name="collegas-code", who=COLLEAGUE, path="/clienten/collegas", steps=(press("Maak een code"),)),
    Shot(name="collegas-kiezen", who=COLLEAGUE, path="/clienten/collegas", steps=(*_JOINING, press("Verder"))),
    Shot(
        name="collegas-controleren",
        who=COLLEAGUE,
        path="/clienten/collegas",
        steps=(*_JOINING, press("Verder"), tick("Iedereen die u helpt"), press("Verder")),
    ),
    Shot(name="collegas-clienten", who=COLLEAGUE, path="/clienten"),
    Shot(name="rechter-post", who=UNDER_BEWIND, path="/post"),
    Shot(name="rechter-meekijken", who=UNDER_BEWIND, path="/meekijken"),
    Shot(name="rechter-meekijken-voorbij", who=UNDER_BEWIND, path="/meekijken", steps=(unfold,)),
    Shot(name="rechter-toestemming", who=UNDER_BEWIND, path="/meekijken", steps=(follow(ADMINISTRATOR),)),
    Shot(
        name="rechter-vervallen",
        who=UNDER_BEWIND,
        path="/meekijken",
        steps=(unfold, follow(f"Bekijk de toestemming van {COUNSELLOR}")),
    ),
    Shot(name="rechter-geven", who=UNDER_BEWIND, path="/meekijken/geven"),
    Shot(
        name="rechter-geen-bewijs",
        who=UNDER_BEWIND,
        path="/meekijken",
        steps=(follow(ADMINISTRATOR), further("/bewijs")),
    ),
    Shot(name="rechter-inzage", who=UNDER_BEWIND, path="/inzage"),
    Shot(name="rechter-clienten", who=ADMINISTRATOR, path="/clienten"),
    Shot(name="rechter-client", who=ADMINISTRATOR, path="/clienten", steps=_OF_INGRID),
    Shot(name="rechter-client-brief", who=ADMINISTRATOR, path="/clienten", steps=(*_OF_INGRID, letter(0))),
    Shot(
        name="rechter-client-toestemming",
        who=ADMINISTRATOR,
        path="/clienten",
        steps=(*_OF_INGRID, letter(0), follow("Wat mag u zien")),
    ),
    Shot(
        name="rechter-client-stoppen",
        who=ADMINISTRATOR,
        path="/clienten",
        steps=(*_OF_INGRID, letter(0), follow("Wat mag u zien"), follow("Ik help deze persoon niet meer")),
    ),
    Shot(name="balie", who=EMPLOYEE, path="/balie"),
    Shot(name="balie-fout", who=EMPLOYEE, path="/balie", steps=(press("Verder"),)),
    Shot(name="balie-voorlezen", who=EMPLOYEE, path="/balie", steps=(*_AT_DESK, press("Verder"))),
    Shot(
        name="balie-papier", who=EMPLOYEE, path="/balie", steps=(*_AT_DESK, press("Verder"), press(f"{QUIET} zegt ja"))
    ),
    Shot(name="balie-al-gedaan", who=EMPLOYEE, path="/balie/geven/niets"),
    Shot(name="balie-stoppen", who=EMPLOYEE, path="/balie/stoppen"),
    Shot(name="balie-gestopt", who=EMPLOYEE, path="/balie/stoppen?gedaan=ja"),
    Shot(name="meenemen", who=CITIZEN, path="/instellingen/meenemen"),
    Shot(name="apparaten", who=CITIZEN, path="/instellingen/apparaten"),
    Shot(name="vrijwilliger-clienten", who=VOLUNTEER, path="/clienten"),
    Shot(name="vrijwilliger-client", who=VOLUNTEER, path="/clienten", steps=(follow("Post van"),)),
    Shot(name="vrijwilliger-eigen-post", who=VOLUNTEER, path="/post"),
    Shot(name="vrijwilliger-meekijken", who=VOLUNTEER, path="/meekijken"),
    Shot(name="vrijwilliger-inzage", who=VOLUNTEER, path="/inzage"),
)
