"""Every page there is: who is there, how one gets there, and how it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from consent import EVERY, Action, Scope
from mailbox.domain.alerts import EmailAddress
from mailbox.domain.apps import AppScope
from mailbox.domain.helper_marks import HelperMark
from mailbox.domain.identifiers import LetterId, id_text
from mailbox.domain.people import Identity
from mailbox.services.marking import Mark
from mailbox.services.reading import TimelineQuery
from mailbox.web.giving import SECTION
from tests.web.browser import Tab
from tests.web.site import Site
from tests.web.steps import fill_in_counter
from tests.web.story import BEA, ELLY, FATMA, JAYLANO, KARIN, LEO, NOW_MS, SAMIRA, WIM
from tests.world import DAY_MS

Visit = Callable[[Tab, Site], int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A page or a state of one. `who` None: nobody is logged in."""

    name: str
    who: Identity | None
    visit: Visit
    status: int = 200
    is_fault: bool = False
    """Whether the title begins with "Fout: "."""


def _path(path: str) -> Visit:
    return lambda tab, _: tab.go(path)


def _letter(name: str, prefix: str = "", suffix: str = "") -> Visit:
    return lambda tab, site: tab.go(f"{_through(site, prefix)}/post/{id_text(site.story.letters[name])}{suffix}")


def _claim(name: str, prefix: str = "") -> Visit:
    return lambda tab, site: tab.go(f"{_through(site, prefix)}/betalen/{id_text(site.story.letters[name])}")


def _client(grant: str, suffix: str) -> Visit:
    return lambda tab, site: tab.go(_through(site, grant) + suffix)


def _through(site: Site, grant: str) -> str:
    return f"/clienten/{id_text(site.story.grants[grant])}" if grant else ""


def _grant(name: str, suffix: str) -> Visit:
    return lambda tab, site: tab.go(f"/meekijken/{id_text(site.story.grants[name])}{suffix}")


def _two_devices(tab: Tab, site: Site) -> int:
    site.session(JAYLANO)
    return tab.go("/instellingen/apparaten")


def _overtaken(tab: Tab, site: Site) -> int:
    """Answers that wait while the grant gets another version."""
    tab.go(f"/meekijken/{id_text(site.story.grants['lister'])}/wijzigen")
    site.run(site.story.renew(JAYLANO, site.story.grants["lister"]))
    return tab.go(tab.path)


def _older(tab: Tab, _: Site) -> int:
    tab.go("/post")
    with tab.page.expect_navigation() as answer:
        tab.page.get_by_role("link", name="Oudere post").click()
    assert answer.value is not None
    return answer.value.status


def _archive(*, whole: bool) -> Visit:
    """Wim put away one letter, or all that he has; the archive, or what is left."""

    async def put_away(site: Site) -> None:
        services, wim = site.story.services, await site.story.person(WIM)
        letters = (await services.reading.timeline(wim, TimelineQuery())).letters
        chosen = [letter.letter_id for letter in letters][: None if whole else 1]
        await services.marking.mark(wim, chosen, Mark.ARCHIVE)

    def visit(tab: Tab, site: Site) -> int:
        site.run(put_away(site))
        return tab.go("/post?gedaan=archief&aantal=3" if whole else "/post?archief=ja")

    return visit


def _sent(path: str, button: str, **fields: str) -> Visit:
    """Fills in fields by their label, and sends the form."""

    def visit(tab: Tab, _: Site) -> int:
        tab.go(path)
        for label, value in fields.items():
            tab.page.get_by_label(label.replace("_", " ")).first.fill(value)
        with tab.page.expect_navigation() as answer:
            tab.page.get_by_role("button", name=button).first.click()
        assert answer.value is not None
        return answer.value.status

    return visit


def _sent_of_client(grant: str, suffix: str, **fields: str) -> Visit:
    return lambda tab, site: _sent(_through(site, grant) + suffix, "Zoeken", **fields)(tab, site)


def _app(address: str) -> Visit:
    """What an app sends somebody here with; `address` is where it says that they go back to."""

    def visit(tab: Tab, site: Site) -> int:
        app = site.run(site.story.services.apps.add("Postkijker", ["https://app.example/terug"], None))
        asked = {
            "response_type": "code",
            "client_id": app.client_id,
            "redirect_uri": address,
            "scope": " ".join(AppScope),
            "state": "s" * 22,
            "code_challenge": "c" * 43,
            "code_challenge_method": "S256",
        }
        return tab.go(f"/oauth/authorize?{urlencode(asked)}")

    return visit


def _counter_check(tab: Tab, site: Site) -> int:
    """Who is at the counter gives with what is chosen already; the page to read out loud."""
    person = site.story.stranger()
    tab.go("/balie")
    fill_in_counter(tab.page, person.subject.value, person.name)
    with tab.page.expect_navigation() as answer:
        tab.page.get_by_role("button", name="Verder").click()
    assert answer.value is not None
    return answer.value.status


def _counter_paper(tab: Tab, site: Site) -> int:
    _counter_check(tab, site)
    with tab.page.expect_navigation() as answer:
        tab.page.get_by_role("button", name="zegt ja").click()
    assert answer.value is not None
    return answer.value.status


def _code_asked(tab: Tab, site: Site, address: str = "iemand@voorbeeld.example") -> int:
    """Somebody who typed an address and gets a code there."""
    return _sent("/instellingen", "Stuur mij een code", **{"E-mailadres": address})(tab, site)


def reached(tab: Tab, site: Site, address: str = "iemand@voorbeeld.example") -> int:
    """Somebody whose address was confirmed. One address gets five codes a day."""
    _code_asked(tab, site, address)
    return _confirmed(tab, site)


def reached_twice(tab: Tab, site: Site) -> int:
    """Somebody who gave a telephone as well: that gets the messages now."""
    reached(tab, site)
    _number_asked(tab, site)
    return _confirmed(tab, site)


def _number_asked(tab: Tab, site: Site) -> int:
    return _sent("/instellingen", "Stuur mij een sms met een code", **{"Mobiel telefoonnummer": "06-12345678"})(
        tab, site
    )


def _confirmed(tab: Tab, site: Site) -> int:
    tab.go("/uitgaand")
    code = tab.page.get_by_text("Uw code is:").first.inner_text().partition("code is: ")[2][:6]
    return _sent("/instellingen/code", "Klaar", Code=code)(tab, site)


def _too_soon(tab: Tab, _: Site) -> int:
    """A sender that would hear before the helper could look."""
    tab.go("/instellingen/waarschuwen")
    tab.page.get_by_role("radio").nth(1).check()
    tab.page.get_by_label("Laat de organisatie weten").check()
    tab.page.get_by_label("Wanneer hoort de organisatie het?").select_option("7")
    return _answer(tab, "Bewaar mijn keuze")


def _reach_seen(tab: Tab, site: Site) -> int:
    """What a counter learns of somebody."""
    citizen = site.story.stranger()
    tab.go("/balie/bereikbaar")
    for label, text in {
        "Burgerservicenummer (BSN)": citizen.subject.value,
        "Naam van de persoon aan de balie": citizen.name,
        "Waarom doet u dit voor deze persoon?": "Meneer krijgt geen berichten",
    }.items():
        tab.page.get_by_label(label).fill(text)
    tab.page.get_by_label("Paspoort").check()
    return _answer(tab, "Bekijk het")


def _answer(tab: Tab, button: str) -> int:
    with tab.page.expect_navigation() as answer:
        tab.page.get_by_role("button", name=button).first.click()
    assert answer.value is not None
    return answer.value.status


def _told(tab: Tab, site: Site) -> int:
    """A letter of which its citizen got a message."""
    letters = site.story.letters
    if "verteld" not in letters:
        letters["verteld"] = site.run(_letter_that_was_told(site))
    return tab.go(f"/post/{id_text(letters['verteld'])}")


async def _letter_that_was_told(site: Site) -> LetterId:
    services, wim = site.story.services, await site.story.person(WIM)
    await services.contacts.ask(wim, EmailAddress("wim@voorbeeld.example"))
    assert services.outbox is not None
    assert services.alerting is not None
    text = services.outbox.messages(wim.mailbox_id)[0].text
    await services.contacts.confirm(wim, text.partition("code is: ")[2][:6])
    letter_id = await site.story.deliver(WIM, "uwv_betaalspecificatie", onderwerp="Uw uitkering van november")
    await services.alerting().send_due()
    return letter_id


def _with_ended_session(tab: Tab, _: Site) -> int:
    tab.page.context.add_cookies([{"name": "mo", "value": "x" * 43, "url": tab.site}])
    return tab.go("/post")


def _letting_in(buttons: int) -> Visit:
    """Lets in a colleague of Karin's, as far as so many buttons lead."""

    def visit(tab: Tab, site: Site) -> int:
        tab.go("/clienten/collegas")
        tab.page.get_by_label("De code van uw collega").fill(site.run(_code_of_a_colleague(site)))
        for button in ("Verder", "Verder", "Ja, laat meekijken")[:buttons]:
            if button == "Verder" and tab.path.count("/") > 2:
                tab.page.get_by_label("Jaylano Meerman").check()
            status = _pressed(tab, button)
        return status

    return visit


async def _code_of_a_colleague(site: Site) -> str:
    who = replace(site.story.stranger(), organisation=KARIN.organisation)
    return (await site.story.services.caseworkers.ask(await site.story.person(who))).code


def _pressed(tab: Tab, button: str) -> int:
    with tab.page.expect_navigation() as answer:
        tab.page.get_by_role("button", name=button, exact=True).first.click()
    assert answer.value is not None
    return answer.value.status


def _put_ready(*, check: bool) -> Visit:
    """What an app put ready for Wim, in the list or on its page."""

    def visit(tab: Tab, site: Site) -> int:
        concept_id = site.run(_proposal(site))
        return tab.go(f"{SECTION}/geven/{concept_id}/controleren" if check else SECTION)

    return visit


async def _proposal(site: Site) -> str:
    proposals, wim = site.story.services.proposals, await site.story.person(WIM)
    for one in await proposals.waiting(wim):
        await proposals.discard(wim, one.draft_id)
    fines = Scope(
        agencies=EVERY, topics=EVERY, actions=frozenset({Action.LIST, Action.READ}), until_ms=NOW_MS + 92 * DAY_MS
    )
    return id_text((await proposals.put(replace(wim, app="Postkijker"), "Tante Ria", fines)).draft_id)


def _marked(tab: Tab, site: Site) -> int:
    """A letter that Karin marked for herself."""
    marks, letter_id = site.story.services.helper_marks, site.story.letters["boete"]
    karin = site.run(site.story.person(KARIN))
    site.run(marks.put(karin, site.story.grants["karin"], letter_id, HelperMark.SEEN))
    return _letter("boete", "karin")(tab, site)


PLACES: Final = (
    Place(name="inloggen", who=None, visit=_path("/inloggen")),
    Place(name="inloggen-formulier-weg", who=None, visit=_path("/inloggen?naar=%2F&formulier=weg")),
    Place(name="hulp", who=None, visit=_path("/hulp")),
    Place(name="hulp-ingelogd", who=JAYLANO, visit=_path("/hulp")),
    Place(name="sessie-voorbij", who=None, visit=_with_ended_session, status=403),
    Place(name="post", who=JAYLANO, visit=_path("/post")),
    Place(name="post-ouder", who=JAYLANO, visit=_older),
    Place(name="post-gezocht", who=JAYLANO, visit=_sent("/post", "Zoeken", Zoek_in_uw_post="boete")),
    Place(name="post-niets-gevonden", who=JAYLANO, visit=_sent("/post", "Zoeken", Zoek_in_uw_post="olifant")),
    Place(name="post-archief", who=WIM, visit=_archive(whole=False)),
    Place(name="post-archief-leeg", who=SAMIRA, visit=_path("/post?archief=ja")),
    Place(name="post-opgeruimd", who=WIM, visit=_archive(whole=True)),
    Place(name="post-niets-gekozen", who=JAYLANO, visit=_sent("/post", "Naar archief")),
    Place(name="post-leeg", who=SAMIRA, visit=_path("/post")),
    Place(name="brief-boete", who=JAYLANO, visit=_letter("boete")),
    Place(name="brief-aanmaning", who=JAYLANO, visit=_letter("aanmaning")),
    Place(name="brief-oproep", who=JAYLANO, visit=_letter("oproep")),
    Place(name="brief-teruggave", who=JAYLANO, visit=_letter("teruggave")),
    Place(name="brief-verteld", who=WIM, visit=_told),
    Place(name="betalen", who=JAYLANO, visit=_path("/betalen")),
    Place(name="betalen-leeg", who=SAMIRA, visit=_path("/betalen")),
    Place(name="betalen-zaak", who=JAYLANO, visit=_claim("boete")),
    Place(name="betalen-zaak-aanmaning", who=JAYLANO, visit=_claim("aanmaning")),
    Place(name="betalen-al-betaald", who=WIM, visit=_path("/betalen")),
    Place(name="betalen-zaak-al-betaald", who=WIM, visit=_claim("wim-betaald")),
    Place(name="betalen-zaak-niet-gezien", who=WIM, visit=_claim("wim-aanmaning")),
    Place(name="betalen-overzicht", who=JAYLANO, visit=_path("/betalen/overzicht")),
    Place(name="betalen-overzicht-leeg", who=JAYLANO, visit=_path("/betalen/overzicht?periode=2026-01")),
    Place(name="betalen-overzicht-niets", who=SAMIRA, visit=_path("/betalen/overzicht")),
    Place(
        name="betalen-overzicht-fout",
        who=SAMIRA,
        visit=_path("/betalen/overzicht?periode=x"),
        status=404,
        is_fault=True,
    ),
    Place(name="client-overzicht", who=KARIN, visit=_client("karin", "/betalen/overzicht")),
    Place(name="betalen-datums", who=JAYLANO, visit=_path("/betalen/datums")),
    Place(name="betalen-datums-leeg", who=SAMIRA, visit=_path("/betalen/datums")),
    Place(name="betalen-printen", who=JAYLANO, visit=_path("/betalen/printen")),
    Place(name="betalen-printen-leeg", who=SAMIRA, visit=_path("/betalen/printen")),
    Place(name="betalen-geen-zaak", who=JAYLANO, visit=_claim("oproep"), status=404, is_fault=True),
    Place(name="meekijken", who=JAYLANO, visit=_path("/meekijken")),
    Place(name="meekijken-klaargezet", who=WIM, visit=_put_ready(check=False)),
    Place(name="meekijken-geven-klaargezet", who=WIM, visit=_put_ready(check=True)),
    Place(name="meekijken-leeg", who=SAMIRA, visit=_path("/meekijken")),
    Place(name="meekijken-geven", who=JAYLANO, visit=_path("/meekijken/geven")),
    Place(
        name="meekijken-geven-fout",
        who=JAYLANO,
        visit=_sent("/meekijken/geven", "Verder"),
        status=422,
        is_fault=True,
    ),
    Place(name="meekijken-gestopt", who=JAYLANO, visit=_grant("stopped", "/gestopt")),
    Place(name="meekijken-stoppen", who=JAYLANO, visit=_grant("karin", "/stoppen")),
    Place(name="meekijken-toestemming", who=JAYLANO, visit=_grant("karin", "")),
    Place(name="meekijken-intussen-gewijzigd", who=JAYLANO, visit=_overtaken, status=409),
    Place(name="meekijken-bewijs", who=JAYLANO, visit=_grant("karin", "/bewijs")),
    Place(name="inzage", who=JAYLANO, visit=_path("/inzage")),
    Place(name="inzage-leeg", who=SAMIRA, visit=_path("/inzage")),
    Place(name="clienten", who=KARIN, visit=_path("/clienten")),
    Place(name="clienten-leeg", who=LEO, visit=_path("/clienten")),
    Place(
        name="clienten-fout",
        who=LEO,
        visit=_sent("/clienten", "Code controleren", De_code_die_u_kreeg="K7QF"),
        status=422,
        is_fault=True,
    ),
    Place(name="collegas", who=KARIN, visit=_path("/clienten/collegas")),
    Place(
        name="collegas-fout",
        who=KARIN,
        visit=_sent("/clienten/collegas", "Verder", De_code_van_uw_collega="K7QF"),
        status=422,
        is_fault=True,
    ),
    Place(name="collegas-code", who=KARIN, visit=_sent("/clienten/collegas", "Maak een code")),
    Place(name="collegas-kiezen", who=KARIN, visit=_letting_in(1)),
    Place(name="collegas-controleren", who=KARIN, visit=_letting_in(2)),
    Place(name="client-stoppen", who=KARIN, visit=_client("karin", "/stoppen")),
    Place(name="rechter-post", who=ELLY, visit=_path("/post")),
    Place(name="rechter-meekijken", who=ELLY, visit=_path("/meekijken")),
    Place(name="rechter-toestemming", who=ELLY, visit=_grant("bea", "")),
    Place(name="rechter-geven", who=ELLY, visit=_path("/meekijken/geven")),
    Place(name="rechter-clienten", who=BEA, visit=_path("/clienten")),
    Place(name="rechter-client-post", who=BEA, visit=_client("bea", "/post")),
    Place(name="rechter-client-stoppen", who=BEA, visit=_client("bea", "/stoppen")),
    Place(name="client-post", who=KARIN, visit=_client("karin", "/post")),
    Place(name="client-gezocht", who=KARIN, visit=_sent_of_client("karin", "/post", Zoek_in_deze_post="te hard")),
    Place(name="client-brief", who=KARIN, visit=_letter("boete", "karin")),
    Place(name="client-brief-gemerkt", who=KARIN, visit=_marked),
    Place(name="client-betalen", who=KARIN, visit=_client("karin", "/betalen")),
    Place(name="client-betalen-zaak", who=KARIN, visit=_claim("boete", "karin")),
    Place(name="client-toestemming", who=KARIN, visit=_client("karin", "/toestemming")),
    Place(name="app-toelaten", who=JAYLANO, visit=_app("https://app.example/terug")),
    Place(name="app-onbekend", who=JAYLANO, visit=_app("https://evil.example/"), status=400, is_fault=True),
    Place(name="instellingen", who=SAMIRA, visit=_path("/instellingen")),
    Place(
        name="instellingen-fout",
        who=SAMIRA,
        visit=_sent("/instellingen", "Stuur mij een code", **{"E-mailadres": "iemand"}),
        status=422,
        is_fault=True,
    ),
    Place(name="instellingen-code", who=LEO, visit=_code_asked),
    Place(name="instellingen-bereikt", who=JAYLANO, visit=reached),
    Place(
        name="instellingen-nummer-fout",
        who=SAMIRA,
        visit=_sent("/instellingen", "Stuur mij een sms met een code", **{"Mobiel telefoonnummer": "010 1234567"}),
        status=422,
        is_fault=True,
    ),
    Place(name="instellingen-nummer-code", who=LEO, visit=_number_asked),
    Place(name="instellingen-twee", who=KARIN, visit=reached_twice),
    Place(name="instellingen-uitgaand", who=JAYLANO, visit=_path("/uitgaand")),
    Place(name="meenemen", who=JAYLANO, visit=_path("/instellingen/meenemen")),
    Place(name="apparaten", who=JAYLANO, visit=_two_devices),
    Place(name="waarschuwen", who=JAYLANO, visit=_path("/instellingen/waarschuwen")),
    Place(name="waarschuwen-zonder-helper", who=SAMIRA, visit=_path("/instellingen/waarschuwen")),
    Place(name="waarschuwen-bewaard", who=WIM, visit=_sent("/instellingen/waarschuwen", "Bewaar mijn keuze")),
    Place(name="waarschuwen-fout", who=JAYLANO, visit=_too_soon, status=422, is_fault=True),
    Place(name="balie-bereikbaar", who=FATMA, visit=_path("/balie/bereikbaar")),
    Place(
        name="balie-bereikbaar-fout",
        who=FATMA,
        visit=_sent("/balie/bereikbaar", "Bekijk het"),
        status=422,
        is_fault=True,
    ),
    Place(name="balie-bereikt", who=FATMA, visit=_reach_seen),
    Place(name="balie", who=FATMA, visit=_path("/balie")),
    Place(name="balie-fout", who=FATMA, visit=_sent("/balie", "Verder"), status=422, is_fault=True),
    Place(name="balie-voorlezen", who=FATMA, visit=_counter_check),
    Place(name="balie-papier", who=FATMA, visit=_counter_paper),
    Place(name="balie-al-gedaan", who=FATMA, visit=_path("/balie/geven/niets"), status=404),
    Place(name="balie-stoppen", who=FATMA, visit=_path("/balie/stoppen")),
    Place(name="balie-gestopt", who=FATMA, visit=_path("/balie/stoppen?gedaan=ja")),
    Place(name="balie-stoppen-fout", who=FATMA, visit=_sent("/balie/stoppen", "Stop alles"), status=422, is_fault=True),
    Place(name="fout-404", who=JAYLANO, visit=_path("/bestaat/niet"), status=404, is_fault=True),
    Place(name="fout-404-vreemd", who=None, visit=_path("/bestaat/niet"), status=404, is_fault=True),
    Place(name="fout-405", who=JAYLANO, visit=_path("/uitloggen"), status=405, is_fault=True),
)
